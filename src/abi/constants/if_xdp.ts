/** AF_XDP sockets. */

/** Options at level SOL_XDP. uapi linux/if_xdp.h. */
export const XDP_OPTION = {
  XDP_MMAP_OFFSETS:      1, XDP_RX_RING:              2, XDP_TX_RING:    3, XDP_UMEM_REG: 4,
  XDP_UMEM_FILL_RING:    5, XDP_UMEM_COMPLETION_RING: 6, XDP_STATISTICS: 7, XDP_OPTIONS:  8,
  XDP_MAX_TX_SKB_BUDGET: 9,
} as const;

/** sxdp_flags of a sockaddr_xdp. uapi linux/if_xdp.h. */
export const XDP_BIND = {
  XDP_SHARED_UMEM: 0x1, XDP_COPY: 0x2, XDP_ZEROCOPY: 0x4, XDP_USE_NEED_WAKEUP: 0x8, XDP_USE_SG: 0x10,
} as const;

/** Where mmap(2) finds the four rings. uapi linux/if_xdp.h. */
export const XDP_PGOFF = {
  XDP_PGOFF_RX_RING:                0x0, XDP_PGOFF_TX_RING:               0x80000000,
  XDP_UMEM_PGOFF_FILL_RING: 0x100000000, XDP_UMEM_PGOFF_COMPLETION_RING: 0x180000000,
} as const;

export const {
  XDP_MMAP_OFFSETS, XDP_RX_RING, XDP_TX_RING, XDP_UMEM_REG, XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING,
  XDP_STATISTICS, XDP_OPTIONS, XDP_MAX_TX_SKB_BUDGET,
} = XDP_OPTION;
export const { XDP_SHARED_UMEM, XDP_COPY, XDP_ZEROCOPY, XDP_USE_NEED_WAKEUP, XDP_USE_SG } = XDP_BIND;
export const {
  XDP_PGOFF_RX_RING, XDP_PGOFF_TX_RING, XDP_UMEM_PGOFF_FILL_RING, XDP_UMEM_PGOFF_COMPLETION_RING,
} = XDP_PGOFF;
