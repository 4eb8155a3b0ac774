/**
 * The statements of note N4: what kernel networking is, told five times, from the post office of a child's story
 * down to the functions and structs of the source. The note's five headings are netlab's reading levels, in the
 * same order. Each sentence says what the note holds to be so, right or wrong; 22 and 46 said the same as 31 and 45
 * and were merged into them.
 */
import { cannot, note } from "./note.ts";

/** Note N4, 72 statements. */
export const N4 = note("N4", "What kernel networking is", {
  "The Simple Story": {
    "N4-01": "A message is put into an envelope with an address, which is taken off where it arrives.",
    "N4-02": "The sender only drops the message in; how it finds its way is the kernel's business.",
    "N4-03": "The work is done by invisible helpers: programs inside the kernel.",
    "N4-04": "The kernel delivers the mail that comes in.",
  },
  "The Student's Guide": {
    "N4-05": "An app cannot reach the network by itself: it has to ask the kernel.",
    "N4-06": "Networking is in the kernel for speed: code there runs much faster than a regular program.",
    "N4-07": "It is up to the kernel which programs get access to the network.",
    "N4-08": "The network can serve several programs at once.",
    "N4-09": "The kernel shares the network fairly among the programs.",
    "N4-10": cannot(
      "It is the kernel that drives the network card, with nothing in between.",
      "A network namespace has no card to be driven: loopback and veth are software."),
    "N4-11": "Data goes from the app to the kernel, on to the network card, and out to the internet.",
  },
  "The Practitioner's View": {
    "N4-12": "The layers from above: application, socket, transport, network, link, device driver.",
    "N4-13": "The transport layer consists of TCP, UDP and SCTP.",
    "N4-14": "ICMP is part of the network layer, like IP.",
    "N4-15": "ARP is part of the link layer, like Ethernet.",
    "N4-16": "The system calls of the socket layer are socket, bind, connect, send and recv.",
    "N4-17": cannot(
      "The device layer takes care of DMA and of interrupts.",
      "Loopback and veth do no DMA and raise no hardware interrupt."),
    "N4-18": cannot(
      "The network stack works within microseconds, and at gigabits to terabits a second.",
      "A matter of the machine's speed, and wall-clock time is no evidence."),
    "N4-19": "The kernel filters packets, by means of netfilter and iptables.",
    "N4-20": "Every network namespace has a network stack of its own.",
    "N4-21": "The kernel gives some packets priority over others (quality of service).",
  },
  "The Deep Dive": {
    "N4-23": "The members of struct packet_type are type, dev, func and list.",
    "N4-24": "A packet_type's func is given sk_buff, device, packet_type and original device, and returns an int.",
    "N4-25": "A packet_type whose dev is NULL is for every device.",
    "N4-26": "sk_buff has the members that the note lists; of them head, data, tail and end are pointers.",
    "N4-27": "sk_buff's data_len is the length of the data.",
    "N4-28": "One sk_buff represents a packet from the start of its journey to the end.",
    "N4-29": "sk_buff's sk is the socket that the packet belongs to.",
    "N4-30": "Each layer adds its header, or takes it off, by moving pointers.",
    "N4-31": "Where it can, the kernel moves pointers and copies no data.",
    "N4-32": "net_device has the members that the note lists: name, state, operations, mtu, address and queues.",
    "N4-33": "The name of an interface has up to IFNAMSIZ characters.",
    "N4-34": "net_device's mtu is an unsigned int that takes any value.",
    "N4-35": "NAPI polls for packets, where otherwise each would cause an interrupt.",
    "N4-36": "NAPI goes by interrupts while there is little to do, and polls while there is much.",
    "N4-37": "Under high load NAPI saves interrupts.",
    "N4-38": "RPS distributes the handling of received packets over the CPUs in software.",
    "N4-39": cannot(
      "RSS distributes the handling of received packets over the CPUs in hardware.",
      "It takes a card that hashes packets to choose a receive queue, and loopback and veth are software."),
    "N4-40": "With TSO or GSO one large packet goes down the stack and is cut into segments late.",
    "N4-41": "It is cut either by the card or by software.",
    "N4-42": "Segmenting late saves work that would be done for every packet.",
    "N4-43": "One such large packet holds 64 KB at most.",
    "N4-44": "sendfile sends a file's data without copying it.",
    "N4-45": "MSG_ZEROCOPY sends straight from the program's memory, with some precautions.",
    "N4-47": "sk_buffs are allocated with GFP_ATOMIC.",
    "N4-48": "skb_put extends the data at its end and skb_push at its front; skb_pull takes from the front.",
    "N4-49": "skb_clone makes another sk_buff that shares the data of the first.",
    "N4-50": "A packet that is done with is freed by kfree_skb.",
  },
  "The Source Truth": {
    "N4-51": cannot(
      "Networking is in net/ (core, ipv4, ipv6, ethernet, socket.c), its drivers in drivers/net/.",
      "A list of source files: a running kernel does not show where its source lies."),
    "N4-52": "A driver's poll function takes packets for as long as there are any and its budget lasts.",
    "N4-53": "A driver's poll function gives each sk_buff to netif_receive_skb.",
    "N4-54": "netif_receive_skb leads through __netif_receive_skb_core and deliver_skb to the handler's func.",
    "N4-55": "After ip_rcv come PRE_ROUTING, ip_rcv_finish, ip_local_deliver, and tcp_v4_rcv or udp_rcv.",
    "N4-56": "ip_rcv is given sk_buff, device, packet_type and original device, and returns an int.",
    "N4-57": "tcp_v4_rcv finds the socket; tcp_v4_do_rcv calls tcp_rcv_established or tcp_rcv_state_process.",
    "N4-58": "Received data is queued at the socket, and then the process that waits for it is woken.",
    "N4-59": "sendto has six parameters; it calls sock_sendmsg, which calls ops->sendmsg, such as tcp_sendmsg.",
    "N4-60": "tcp_sendmsg_locked calls tcp_write_xmit, and that tcp_transmit_skb.",
    "N4-61": "tcp_transmit_skb has four parameters: the socket, the sk_buff, clone_it and gfp_mask.",
    "N4-62": "The function that builds the TCP header is tcp_build_header.",
    "N4-63": "ip_queue_xmit(sk, skb, fl) leads to ip_local_out, dst_output, ip_output, ip_finish_output, dev_queue_xmit.",
    "N4-64": "dev_queue_xmit leads through dev_hard_start_xmit to the driver's ndo_start_xmit.",
    "N4-65": cannot(
      "Receiving is more critical than sending, since one cannot foresee when packets arrive.",
      "A judgement: nothing that a run could observe would contradict it."),
    "N4-66": "Since each CPU has queues of its own, less locking is needed.",
    "N4-67": cannot(
      "With RCU, data is read without taking a lock.",
      "Entering an RCU read section leaves no event that a witness could see."),
    "N4-68": "Structs that are used all the time are aligned to cache lines.",
    "N4-69": "pcpu_sw_netstats has four u64 counters, packets and bytes each way, and a syncp.",
    "N4-70": "With eBPF the handling of packets inside the kernel can be programmed.",
    "N4-71": "An XDP program gets a packet before an sk_buff is allocated for it.",
    "N4-72": "XDP programs run at the level of the driver.",
    "N4-73": cannot(
      "DPDK and drivers in user space go round the kernel, and pay for speed with isolation.",
      "It takes a network card to take away from the kernel, and a network namespace has none."),
    "N4-74": "TCP's congestion control is pluggable: among the algorithms are Reno, Cubic and BBR.",
  },
});
