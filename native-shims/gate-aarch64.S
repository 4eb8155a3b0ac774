// The gate on arm64: makes a list of prepared calls, one after the other, without leaving machine code.
//
//     void gate(struct prepared_call *list, long count);
//
// A prepared call is 80 bytes (gate.h). Its number and arguments were written beforehand; the gate writes the
// result as the kernel answers it (a negated errno where it failed), and the clock before and after.
//
// src/sys/gate-code.ts holds the bytes that this assembles to. A test assembles it again and compares them:
//
//     aarch64-linux-gnu-as -o gate.o gate-aarch64.S && aarch64-linux-gnu-objcopy -O binary -j .text gate.o gate.bin

        .set    NR,       0
        .set    ARGS,     8             // six of them, 8 bytes each
        .set    RESULT,  56
        .set    BEFORE,  64
        .set    AFTER,   72
        .set    SIZE,    80

        .text
gate:                                   // C's calling convention: list in x0, count in x1
        mov     x9, x0                  // x9: the call to be made. The kernel gives back all registers but x0,
        mov     x10, #SIZE              // and C lets x9 to x15 be used: nothing has to be kept on the stack
        madd    x10, x1, x10, x0        // x10: the end of the list
        b       2f                      // a list may be empty

1:      mrs     x11, cntvct_el0         // the system counter. Entering the kernel and leaving it orders the
        str     x11, [x9, #BEFORE]      // reads of it: no barrier is needed

        ldr     x8, [x9, #NR]           // the kernel's convention: the number in x8, the arguments in x0 to x5
        ldp     x0, x1, [x9, #ARGS]
        ldp     x2, x3, [x9, #ARGS+16]
        ldp     x4, x5, [x9, #ARGS+32]
        svc     #0
        str     x0, [x9, #RESULT]

        mrs     x11, cntvct_el0
        str     x11, [x9, #AFTER]

        add     x9, x9, #SIZE
2:      cmp     x9, x10
        b.lo    1b

        ret
