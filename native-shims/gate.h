/* A call laid out in memory, ready for the gate (gate-x86_64.S, gate-aarch64.S): 80 bytes. */
struct prepared_call {
    long nr;                            /* its number, as in <asm/unistd.h> */
    long args[6];                       /* unused ones may hold anything */
    long result;                        /* written: what the kernel answered, -errno where it failed */
    unsigned long before;               /* written: the processor's clock when the call was about to be made, */
    unsigned long after;                /*          and when it had come back; ticks, not nanoseconds */
};
