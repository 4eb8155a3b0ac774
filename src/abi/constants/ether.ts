/** Ethernet: what a frame carries, and its sizes. */

/**
 * EtherTypes in host order: sll_protocol and the frame hold them big-endian. Those below 0x0600 are the
 * kernel's own marks. uapi linux/if_ether.h, packet(7).
 */
export const ETH_P = {
  ETH_P_802_3:         0x1, ETH_P_AX25:         0x2, ETH_P_ALL:         0x3, ETH_P_802_2:       0x4,
  ETH_P_SNAP:          0x5, ETH_P_DDCMP:        0x6, ETH_P_WAN_PPP:     0x7, ETH_P_PPP_MP:      0x8,
  ETH_P_LOCALTALK:     0x9, ETH_P_CAN:          0xc, ETH_P_CANFD:       0xd, ETH_P_CANXL:       0xe,
  ETH_P_PPPTALK:      0x10, ETH_P_TR_802_2:    0x11, ETH_P_MOBITEX:    0x15, ETH_P_CONTROL:    0x16,
  ETH_P_IRDA:         0x17, ETH_P_ECONET:      0x18, ETH_P_HDLC:       0x19, ETH_P_ARCNET:     0x1a,
  ETH_P_DSA:          0x1b, ETH_P_TRAILER:     0x1c, ETH_P_LOOP:       0x60, ETH_P_PHONET:     0xf5,
  ETH_P_IEEE802154:   0xf6, ETH_P_CAIF:        0xf7, ETH_P_XDSA:       0xf8, ETH_P_MAP:        0xf9,
  ETH_P_MCTP:         0xfa, ETH_P_GRE_OSI:     0xfe, ETH_P_PUP:       0x200, ETH_P_PUPAT:     0x201,
  ETH_P_IP:          0x800, ETH_P_X25:        0x805, ETH_P_ARP:       0x806, ETH_P_BPQ:       0x8ff,
  ETH_P_IEEEPUP:     0xa00, ETH_P_IEEEPUPAT:  0xa01, ETH_P_ERSPAN2:  0x22eb, ETH_P_TSN:      0x22f0,
  ETH_P_BATMAN:     0x4305, ETH_P_DEC:       0x6000, ETH_P_DNA_DL:   0x6001, ETH_P_DNA_RC:   0x6002,
  ETH_P_DNA_RT:     0x6003, ETH_P_LAT:       0x6004, ETH_P_DIAG:     0x6005, ETH_P_CUST:     0x6006,
  ETH_P_SCA:        0x6007, ETH_P_TEB:       0x6558, ETH_P_RARP:     0x8035, ETH_P_ATALK:    0x809b,
  ETH_P_AARP:       0x80f3, ETH_P_8021Q:     0x8100, ETH_P_IPX:      0x8137, ETH_P_IPV6:     0x86dd,
  ETH_P_PAUSE:      0x8808, ETH_P_SLOW:      0x8809, ETH_P_WCCP:     0x883e, ETH_P_MPLS_UC:  0x8847,
  ETH_P_MPLS_MC:    0x8848, ETH_P_ATMMPOA:   0x884c, ETH_P_PPP_DISC: 0x8863, ETH_P_PPP_SES:  0x8864,
  ETH_P_LINK_CTL:   0x886c, ETH_P_8021AC:    0x8870, ETH_P_ATMFATE:  0x8884, ETH_P_PAE:      0x888e,
  ETH_P_PROFINET:   0x8892, ETH_P_REALTEK:   0x8899, ETH_P_AOE:      0x88a2, ETH_P_ETHERCAT: 0x88a4,
  ETH_P_8021AD:     0x88a8, ETH_P_802_EX1:   0x88b5, ETH_P_ERSPAN:   0x88be, ETH_P_MXLGSW:   0x88c3,
  ETH_P_PREAUTH:    0x88c7, ETH_P_TIPC:      0x88ca, ETH_P_LLDP:     0x88cc, ETH_P_MRP:      0x88e3,
  ETH_P_MACSEC:     0x88e5, ETH_P_8021AH:    0x88e7, ETH_P_MVRP:     0x88f5, ETH_P_1588:     0x88f7,
  ETH_P_NCSI:       0x88f8, ETH_P_PRP:       0x88fb, ETH_P_CFM:      0x8902, ETH_P_FCOE:     0x8906,
  ETH_P_TDLS:       0x890d, ETH_P_FIP:       0x8914, ETH_P_IBOE:     0x8915, ETH_P_80221:    0x8917,
  ETH_P_HSR:        0x892f, ETH_P_NSH:       0x894f, ETH_P_LOOPBACK: 0x9000, ETH_P_QINQ1:    0x9100,
  ETH_P_QINQ2:      0x9200, ETH_P_QINQ3:     0x9300, ETH_P_YT921X:   0x9988, ETH_P_EDSA:     0xdada,
  ETH_P_DSA_8021Q:  0xdadb, ETH_P_DSA_A5PSW: 0xe001, ETH_P_IFE:      0xed3e, ETH_P_AF_IUCV:  0xfbfb,
  ETH_P_NXP_NETC:   0xfd3a,
} as const;

/**
 * Octets: of an address, of the header, of the shortest and longest frame and payload. uapi linux/if_ether.h.
 */
export const ETH_SIZE = {
  ETH_TLEN:        2, ETH_FCS_LEN:      4, ETH_ALEN:        6, ETH_HLEN: 14, ETH_ZLEN: 60, ETH_MIN_MTU: 68,
  ETH_DATA_LEN: 1500, ETH_FRAME_LEN: 1514, ETH_MAX_MTU: 65535,
} as const;

/** From here on the two octets after the addresses are a type, below it a length. uapi linux/if_ether.h. */
export const ETH_P_802_3_MIN = 0x600;

export const {
  ETH_P_802_3, ETH_P_AX25, ETH_P_ALL, ETH_P_802_2, ETH_P_SNAP, ETH_P_DDCMP, ETH_P_WAN_PPP, ETH_P_PPP_MP,
  ETH_P_LOCALTALK, ETH_P_CAN, ETH_P_CANFD, ETH_P_CANXL, ETH_P_PPPTALK, ETH_P_TR_802_2, ETH_P_MOBITEX,
  ETH_P_CONTROL, ETH_P_IRDA, ETH_P_ECONET, ETH_P_HDLC, ETH_P_ARCNET, ETH_P_DSA, ETH_P_TRAILER, ETH_P_LOOP,
  ETH_P_PHONET, ETH_P_IEEE802154, ETH_P_CAIF, ETH_P_XDSA, ETH_P_MAP, ETH_P_MCTP, ETH_P_GRE_OSI, ETH_P_PUP,
  ETH_P_PUPAT, ETH_P_IP, ETH_P_X25, ETH_P_ARP, ETH_P_BPQ, ETH_P_IEEEPUP, ETH_P_IEEEPUPAT, ETH_P_ERSPAN2,
  ETH_P_TSN, ETH_P_BATMAN, ETH_P_DEC, ETH_P_DNA_DL, ETH_P_DNA_RC, ETH_P_DNA_RT, ETH_P_LAT, ETH_P_DIAG,
  ETH_P_CUST, ETH_P_SCA, ETH_P_TEB, ETH_P_RARP, ETH_P_ATALK, ETH_P_AARP, ETH_P_8021Q, ETH_P_IPX, ETH_P_IPV6,
  ETH_P_PAUSE, ETH_P_SLOW, ETH_P_WCCP, ETH_P_MPLS_UC, ETH_P_MPLS_MC, ETH_P_ATMMPOA, ETH_P_PPP_DISC,
  ETH_P_PPP_SES, ETH_P_LINK_CTL, ETH_P_8021AC, ETH_P_ATMFATE, ETH_P_PAE, ETH_P_PROFINET, ETH_P_REALTEK,
  ETH_P_AOE, ETH_P_ETHERCAT, ETH_P_8021AD, ETH_P_802_EX1, ETH_P_ERSPAN, ETH_P_MXLGSW, ETH_P_PREAUTH,
  ETH_P_TIPC, ETH_P_LLDP, ETH_P_MRP, ETH_P_MACSEC, ETH_P_8021AH, ETH_P_MVRP, ETH_P_1588, ETH_P_NCSI,
  ETH_P_PRP, ETH_P_CFM, ETH_P_FCOE, ETH_P_TDLS, ETH_P_FIP, ETH_P_IBOE, ETH_P_80221, ETH_P_HSR, ETH_P_NSH,
  ETH_P_LOOPBACK, ETH_P_QINQ1, ETH_P_QINQ2, ETH_P_QINQ3, ETH_P_YT921X, ETH_P_EDSA, ETH_P_DSA_8021Q,
  ETH_P_DSA_A5PSW, ETH_P_IFE, ETH_P_AF_IUCV, ETH_P_NXP_NETC,
} = ETH_P;
export const {
  ETH_TLEN, ETH_FCS_LEN, ETH_ALEN, ETH_HLEN, ETH_ZLEN, ETH_MIN_MTU, ETH_DATA_LEN, ETH_FRAME_LEN, ETH_MAX_MTU,
} = ETH_SIZE;
