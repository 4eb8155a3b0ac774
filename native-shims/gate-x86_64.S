# The gate on x86-64: makes a list of prepared calls, one after the other, without leaving machine code.
#
#     void gate(struct prepared_call *list, long count);
#
# A prepared call is 80 bytes (gate.h). Its number and arguments were written beforehand; the gate writes the
# result as the kernel answers it (a negated errno where it failed), and the clock before and after.
#
# src/sys/gate-code.ts holds the bytes that this assembles to. A test assembles it again and compares them:
#
#     as -o gate.o gate-x86_64.S && objcopy -O binary -j .text gate.o gate.bin

        .set    NR,       0
        .set    ARGS,     8             # six of them, 8 bytes each
        .set    RESULT,  56
        .set    BEFORE,  64
        .set    AFTER,   72
        .set    SIZE,    80

        .text
gate:                                   # C's calling convention: list in rdi, count in rsi
        push    %rbx                    # rbx and rbp belong to the caller, and the kernel keeps them: they hold
        push    %rbp                    # the list through the calls, while rcx and r11 do not survive one
        mov     %rdi, %rbx              # rbx: the call to be made
        imul    $SIZE, %rsi, %rbp
        add     %rdi, %rbp              # rbp: the end of the list
        jmp     2f                      # a list may be empty

1:      rdtsc                           # the time stamp counter, in edx and eax, 32 bits each
        shl     $32, %rdx
        or      %rdx, %rax
        mov     %rax, BEFORE(%rbx)

        mov     NR(%rbx), %rax          # the kernel's convention: the number in rax, the arguments in
        mov     ARGS(%rbx), %rdi        # rdi, rsi, rdx, r10, r8, r9
        mov     ARGS+8(%rbx), %rsi
        mov     ARGS+16(%rbx), %rdx
        mov     ARGS+24(%rbx), %r10     # C has rcx here; syscall needs it for the way back
        mov     ARGS+32(%rbx), %r8
        mov     ARGS+40(%rbx), %r9
        syscall
        mov     %rax, RESULT(%rbx)

        rdtsc
        shl     $32, %rdx
        or      %rdx, %rax
        mov     %rax, AFTER(%rbx)

        add     $SIZE, %rbx
2:      cmp     %rbp, %rbx
        jb      1b

        pop     %rbp
        pop     %rbx
        ret
