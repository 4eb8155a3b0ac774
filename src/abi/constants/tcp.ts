/** TCP: options at level SOL_TCP, states, and what a header carries. */

/** Options at level SOL_TCP. uapi linux/tcp.h, tcp(7). */
export const TCP = {
  TCP_NODELAY:               1, TCP_MAXSEG:            2, TCP_CORK:                 3,
  TCP_KEEPIDLE:              4, TCP_KEEPINTVL:         5, TCP_KEEPCNT:              6,
  TCP_SYNCNT:                7, TCP_LINGER2:           8, TCP_DEFER_ACCEPT:         9,
  TCP_WINDOW_CLAMP:         10, TCP_INFO:             11, TCP_QUICKACK:            12,
  TCP_CONGESTION:           13, TCP_MD5SIG:           14, TCP_COOKIE_TRANSACTIONS: 15,
  TCP_THIN_LINEAR_TIMEOUTS: 16, TCP_THIN_DUPACK:      17, TCP_USER_TIMEOUT:        18,
  TCP_REPAIR:               19, TCP_REPAIR_QUEUE:     20, TCP_QUEUE_SEQ:           21,
  TCP_REPAIR_OPTIONS:       22, TCP_FASTOPEN:         23, TCP_TIMESTAMP:           24,
  TCP_NOTSENT_LOWAT:        25, TCP_CC_INFO:          26, TCP_SAVE_SYN:            27,
  TCP_SAVED_SYN:            28, TCP_REPAIR_WINDOW:    29, TCP_FASTOPEN_CONNECT:    30,
  TCP_ULP:                  31, TCP_MD5SIG_EXT:       32, TCP_FASTOPEN_KEY:        33,
  TCP_FASTOPEN_NO_COOKIE:   34, TCP_ZEROCOPY_RECEIVE: 35, TCP_INQ:                 36,
  TCP_TX_DELAY:             37, TCP_AO_ADD_KEY:       38, TCP_AO_DEL_KEY:          39,
  TCP_AO_INFO:              40, TCP_AO_GET_KEYS:      41, TCP_AO_REPAIR:           42,
  TCP_IS_MPTCP:             43, TCP_RTO_MAX_MS:       44, TCP_RTO_MIN_US:          45,
  TCP_DELACK_MAX_US:        46,
} as const;

/**
 * States, as tcpi_state, idiag_state and column st of /proc/net/tcp show them. include/net/tcp_states.h;
 * netinet/tcp.h has the first eleven.
 */
export const TCP_STATE = {
  TCP_ESTABLISHED:  1, TCP_SYN_SENT:      2, TCP_SYN_RECV:        3, TCP_FIN_WAIT1: 4, TCP_FIN_WAIT2:  5,
  TCP_TIME_WAIT:    6, TCP_CLOSE:         7, TCP_CLOSE_WAIT:      8, TCP_LAST_ACK:  9, TCP_LISTEN:    10,
  TCP_CLOSING:     11, TCP_NEW_SYN_RECV: 12, TCP_BOUND_INACTIVE: 13,
} as const;

/** What congestion control thinks of the path: tcpi_ca_state. uapi linux/tcp.h (enum tcp_ca_state). */
export const TCP_CA = {
  TCP_CA_Open: 0, TCP_CA_Disorder: 1, TCP_CA_CWR: 2, TCP_CA_Recovery: 3, TCP_CA_Loss: 4,
} as const;

/** Bits of tcpi_options. uapi linux/tcp.h. */
export const TCPI_OPT = {
  TCPI_OPT_TIMESTAMPS:  0x1, TCPI_OPT_SACK:      0x2, TCPI_OPT_WSCALE:   0x4, TCPI_OPT_ECN:        0x8,
  TCPI_OPT_ECN_SEEN:   0x10, TCPI_OPT_SYN_DATA: 0x20, TCPI_OPT_USEC_TS: 0x40, TCPI_OPT_TFO_CHILD: 0x80,
} as const;

/** Values of TCP_REPAIR. uapi linux/tcp.h. */
export const TCP_REPAIR_MODE = {
  TCP_REPAIR_ON: 1, TCP_REPAIR_OFF: 0, TCP_REPAIR_OFF_NO_WP: -1,
} as const;

/** Values of TCP_REPAIR_QUEUE. uapi linux/tcp.h. */
export const TCP_QUEUE = {
  TCP_NO_QUEUE: 0, TCP_RECV_QUEUE: 1, TCP_SEND_QUEUE: 2,
} as const;

/**
 * Kinds of header options. include/net/tcp.h, IANA's TCP parameters. netinet/tcp.h spells two of them
 * otherwise.
 */
export const TCPOPT = {
  TCPOPT_EOL:        0, TCPOPT_NOP:         1, TCPOPT_MSS:              2, TCPOPT_MAXSEG:   2,
  TCPOPT_WINDOW:     3, TCPOPT_SACK_PERM:   4, TCPOPT_SACK_PERMITTED:   4, TCPOPT_SACK:     5,
  TCPOPT_TIMESTAMP:  8, TCPOPT_MD5SIG:     19, TCPOPT_AO:              29, TCPOPT_MPTCP:   30,
  TCPOPT_FASTOPEN:  34, TCPOPT_ACCECN0:   172, TCPOPT_ACCECN1:        174, TCPOPT_EXP:    254,
} as const;

/**
 * Lengths of those options with kind and length bytes; SACK is BASE plus PERBLOCK a block. include/net/tcp.h.
 */
export const TCPOLEN = {
  TCPOLEN_SACK_PERM: 2, TCPOLEN_SACK_BASE:     2, TCPOLEN_FASTOPEN_BASE:  2, TCPOLEN_WINDOW:  3,
  TCPOLEN_MSS:       4, TCPOLEN_SACK_PERBLOCK: 8, TCPOLEN_TIMESTAMP:     10, TCPOLEN_MD5SIG: 18,
} as const;

/** Flags of a header: its byte 13. netinet/tcp.h for the first six, RFC 3168 for the ECN pair. */
export const TH = {
  TH_FIN: 0x1, TH_SYN: 0x2, TH_RST: 0x4, TH_PUSH: 0x8, TH_ACK: 0x10, TH_URG: 0x20, TH_ECE: 0x40, TH_CWR: 0x80,
} as const;

/**
 * The MSS assumed of an IPv4 peer that names none, and the one wished for over tunnels. uapi linux/tcp.h, RFC
 * 1122.
 */
export const TCP_MSS_DEFAULT = 536;
export const TCP_MSS_DESIRED = 1220;

export const {
  TCP_NODELAY, TCP_MAXSEG, TCP_CORK, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_SYNCNT, TCP_LINGER2,
  TCP_DEFER_ACCEPT, TCP_WINDOW_CLAMP, TCP_INFO, TCP_QUICKACK, TCP_CONGESTION, TCP_MD5SIG,
  TCP_COOKIE_TRANSACTIONS, TCP_THIN_LINEAR_TIMEOUTS, TCP_THIN_DUPACK, TCP_USER_TIMEOUT, TCP_REPAIR,
  TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ, TCP_REPAIR_OPTIONS, TCP_FASTOPEN, TCP_TIMESTAMP, TCP_NOTSENT_LOWAT,
  TCP_CC_INFO, TCP_SAVE_SYN, TCP_SAVED_SYN, TCP_REPAIR_WINDOW, TCP_FASTOPEN_CONNECT, TCP_ULP, TCP_MD5SIG_EXT,
  TCP_FASTOPEN_KEY, TCP_FASTOPEN_NO_COOKIE, TCP_ZEROCOPY_RECEIVE, TCP_INQ, TCP_TX_DELAY, TCP_AO_ADD_KEY,
  TCP_AO_DEL_KEY, TCP_AO_INFO, TCP_AO_GET_KEYS, TCP_AO_REPAIR, TCP_IS_MPTCP, TCP_RTO_MAX_MS, TCP_RTO_MIN_US,
  TCP_DELACK_MAX_US,
} = TCP;
export const {
  TCP_ESTABLISHED, TCP_SYN_SENT, TCP_SYN_RECV, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_TIME_WAIT, TCP_CLOSE,
  TCP_CLOSE_WAIT, TCP_LAST_ACK, TCP_LISTEN, TCP_CLOSING, TCP_NEW_SYN_RECV, TCP_BOUND_INACTIVE,
} = TCP_STATE;
export const { TCP_CA_Open, TCP_CA_Disorder, TCP_CA_CWR, TCP_CA_Recovery, TCP_CA_Loss } = TCP_CA;
export const {
  TCPI_OPT_TIMESTAMPS, TCPI_OPT_SACK, TCPI_OPT_WSCALE, TCPI_OPT_ECN, TCPI_OPT_ECN_SEEN, TCPI_OPT_SYN_DATA,
  TCPI_OPT_USEC_TS, TCPI_OPT_TFO_CHILD,
} = TCPI_OPT;
export const { TCP_REPAIR_ON, TCP_REPAIR_OFF, TCP_REPAIR_OFF_NO_WP } = TCP_REPAIR_MODE;
export const { TCP_NO_QUEUE, TCP_RECV_QUEUE, TCP_SEND_QUEUE } = TCP_QUEUE;
export const {
  TCPOPT_EOL, TCPOPT_NOP, TCPOPT_MSS, TCPOPT_MAXSEG, TCPOPT_WINDOW, TCPOPT_SACK_PERM, TCPOPT_SACK_PERMITTED,
  TCPOPT_SACK, TCPOPT_TIMESTAMP, TCPOPT_MD5SIG, TCPOPT_AO, TCPOPT_MPTCP, TCPOPT_FASTOPEN, TCPOPT_ACCECN0,
  TCPOPT_ACCECN1, TCPOPT_EXP,
} = TCPOPT;
export const {
  TCPOLEN_SACK_PERM, TCPOLEN_SACK_BASE, TCPOLEN_FASTOPEN_BASE, TCPOLEN_WINDOW, TCPOLEN_MSS,
  TCPOLEN_SACK_PERBLOCK, TCPOLEN_TIMESTAMP, TCPOLEN_MD5SIG,
} = TCPOLEN;
export const { TH_FIN, TH_SYN, TH_RST, TH_PUSH, TH_ACK, TH_URG, TH_ECE, TH_CWR } = TH;
