/**
 * Every struct that netlab declares:
 * a layout is known once its file is loaded, and loading is all that this does.
 */
import "../abi/headers/arp.ts";
import "../abi/headers/ethernet.ts";
import "../abi/headers/icmp.ts";
import "../abi/headers/ip.ts";
import "../abi/headers/tcp-options.ts";
import "../abi/headers/tcp.ts";
import "../abi/headers/udp.ts";
import "../abi/structs/auxv.ts";
import "../abi/structs/ethtool.ts";
import "../abi/structs/fcntl.ts";
import "../abi/structs/filter.ts";
import "../abi/structs/if.ts";
import "../abi/structs/inet_diag.ts";
import "../abi/structs/io_uring.ts";
import "../abi/structs/ip.ts";
import "../abi/structs/message.ts";
import "../abi/structs/netlink.ts";
import "../abi/structs/packet.ts";
import "../abi/structs/pagemap.ts";
import "../abi/structs/perf.ts";
import "../abi/structs/poll.ts";
import "../abi/structs/resource.ts";
import "../abi/structs/rtnetlink.ts";
import "../abi/structs/signal.ts";
import "../abi/structs/sockaddr.ts";
import "../abi/structs/socket.ts";
import "../abi/structs/stat.ts";
import "../abi/structs/tcp.ts";
import "../abi/structs/time.ts";
import "../abi/structs/utsname.ts";
