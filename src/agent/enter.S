/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where trampolines lead: r11 is the trampoline, all but rcx and r11 are the program's
 * registers as they were at its system call instruction. That instruction gives rcx and
 * r11 away, so they are free. Nothing else may change, and nothing may be written below
 * rsp (red zone, small signal stacks): the agent has a stack in its slot. gs is the slot, or
 * what the program made of it, which the magic tells; the test of it leaves the flags alone.
 */
#define MAGIC 0x696f7472	/* arena.h */
#define SLOT_RSP 8
#define SLOT_STACK 16
#define SLOT_BEGIN 24
#define SLOT_CUR 32
#define SLOT_AFTER 2		/* enum slot_phase */

	.section .text.head, "ax"
	.quad agent_enter, agent_saved, agent_blessed, agent_told, agent_end

	.text
	.globl agent_enter
agent_enter:
	movl	%gs:0, %ecx
	leal	-MAGIC(%rcx), %ecx
	jrcxz	1f
	leaq	14(%r11), %r11		/* the trampoline's own system call */
	jmp	*%r11
1:	movq	%rsp, %gs:SLOT_RSP
	movq	%gs:SLOT_STACK, %rsp
	pushq	24(%r11)
	pushq	%r11
	pushq	%rax
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%rbx
	pushq	%rbp
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushfq
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%gs:SLOT_CUR, %rcx
	movq	%rcx, %gs:SLOT_BEGIN
	.globl agent_saved
agent_saved:
	cld
	movq	%rsp, %rdi
	movq	%rsp, %rbx
	andq	$-16, %rsp
	call	agent_call
	movq	%rbx, %rsp
	movl	%eax, %r11d
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	testl	%r11d, %r11d
	jz	2f
	popfq
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rbp
	popq	%rbx
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rax
	popq	%r11
	popq	%rcx
	movq	%gs:SLOT_RSP, %rsp
	jmp	*%rcx
2:	popfq				/* not served */
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rbp
	popq	%rbx
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rax
	popq	%r11
	movq	%gs:SLOT_RSP, %rsp
	leaq	14(%r11), %r11
	jmp	*%r11

/* The one instruction from which the filter lets traced calls through. Stores the result at
 * (r12), and that there is one at (r13): whoever stops in between finds it in rax. */
	.globl agent_syscall
agent_syscall:
	syscall
agent_blessed:
	movq	%rax, (%r12)
	movl	$SLOT_AFTER, (%r13)
agent_told:
	ret

	.section .note.GNU-stack, "", @progbits
