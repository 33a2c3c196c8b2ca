/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The linked agent as bytes of iotrace. AGENT_BIN is the file's name in quotes. */
	.section .rodata
	.balign 16
	.globl agent_code, agent_code_end
agent_code:
	.incbin AGENT_BIN
agent_code_end:

	.section .note.GNU-stack, "", @progbits
