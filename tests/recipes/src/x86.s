# A 32-bit DLL entry point that says yes.
.globl _entry
_entry:
    movl $1, %eax
    ret $12
