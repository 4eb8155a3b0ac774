/** UDP: options at level SOL_UDP. */

/** Options at level SOL_UDP, and cmsg_type of a GRO segment size. uapi linux/udp.h, udp(7). */
export const UDP = {
  UDP_CORK: 1, UDP_ENCAP: 100, UDP_NO_CHECK6_TX: 101, UDP_NO_CHECK6_RX: 102, UDP_SEGMENT: 103, UDP_GRO: 104,
} as const;

/** Values of UDP_ENCAP; one of them is for TCP. uapi linux/udp.h. */
export const UDP_ENCAP_TYPE = {
  UDP_ENCAP_ESPINUDP_NON_IKE: 1, UDP_ENCAP_ESPINUDP: 2, UDP_ENCAP_L2TPINUDP: 3, UDP_ENCAP_GTP0: 4,
  UDP_ENCAP_GTP1U:            5, UDP_ENCAP_RXRPC:    6, TCP_ENCAP_ESPINTCP:  7,
} as const;

/**
 * The most segments that one UDP_SEGMENT send may be cut into; older kernels said 64. include/linux/udp.h.
 */
export const UDP_MAX_SEGMENTS = 128;

export const { UDP_CORK, UDP_ENCAP, UDP_NO_CHECK6_TX, UDP_NO_CHECK6_RX, UDP_SEGMENT, UDP_GRO } = UDP;
export const {
  UDP_ENCAP_ESPINUDP_NON_IKE, UDP_ENCAP_ESPINUDP, UDP_ENCAP_L2TPINUDP, UDP_ENCAP_GTP0, UDP_ENCAP_GTP1U,
  UDP_ENCAP_RXRPC, TCP_ENCAP_ESPINTCP,
} = UDP_ENCAP_TYPE;
