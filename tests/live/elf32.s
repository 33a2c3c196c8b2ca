# SPDX-License-Identifier: GPL-2.0-or-later
# A 32-bit program without a libc: what the calls of the i386 table have of their own, and a
# read that a signal interrupts and the kernel carries on. differential.sh assembles it
# (as --32, ld -m elf_i386) and runs it in its fixture. Ends with 5; a failed call with 1.

	.macro	call nr, a=$0, b=$0, c=$0, d=$0, e=$0
	movl	$\nr, %eax
	movl	\a, %ebx
	movl	\b, %ecx
	movl	\c, %edx
	movl	\d, %esi
	movl	\e, %edi
	int	$0x80
	.endm
	.macro	must nr, a=$0, b=$0, c=$0, d=$0, e=$0
	call	\nr, \a, \b, \c, \d, \e
	testl	%eax, %eax
	js	failed
	.endm

	.globl	_start
	.text
_start:
	must	5, $name, $0102, $0600		# open(O_RDWR|O_CREAT)
	movl	%eax, fd
	must	4, fd, $text, $8		# write
	must	140, fd, $0, $2, $pos, $0	# _llseek(SEEK_SET)
	must	3, fd, $buf, $3			# read
	must	180, fd, $buf, $16, $5, $0	# pread64
	must	145, fd, $iov, $2		# readv
	must	146, fd, $iov, $2		# writev
	must	194, fd, $5, $0			# ftruncate64
	must	193, $name, $9, $0		# truncate64
	must	268, $dot, $84, $buf		# statfs64
	must	195, $name, $buf		# stat64
	must	197, fd, $buf			# fstat64
	must	300, $-100, $name, $buf, $0	# fstatat64
	call	106, $missing, $buf		# stat
	must	221, fd, $0, $50		# fcntl64(F_DUPFD)
	must	63, fd, $60			# dup2
	must	6, $60				# close
	must	39, $dir, $0700			# mkdir
	must	12, $dir			# chdir
	must	295, $-100, $name, $0101, $0600	# openat(O_WRONLY|O_CREAT)
	movl	%eax, fd2
	must	6, fd2				# close
	must	10, $name			# unlink
	must	12, $dotdot			# chdir
	must	40, $dir			# rmdir
	must	5, $dot, $0200000		# open(O_DIRECTORY)
	movl	%eax, fd2
	must	220, fd2, $big, $4096		# getdents64
	must	102, $1, $socket_words		# socketcall(SYS_SOCKET)
	movl	%eax, bind_words
	call	102, $2, $bind_words		# socketcall(SYS_BIND)
	must	403, $1, $buf			# clock_gettime64
	must	162, $microsecond		# nanosleep
	must	182, $name, $0xffff, $0xffff	# chown

	movl	fd, %edi			# mmap2
	movl	$192, %eax
	xorl	%ebx, %ebx
	movl	$4096, %ecx
	movl	$1, %edx
	movl	$2, %esi
	xorl	%ebp, %ebp
	int	$0x80
	cmpl	$-4096, %eax
	ja	failed
	movl	%eax, map
	must	91, map, $4096			# munmap

	must	2				# fork
	testl	%eax, %eax
	jz	child
	movl	%eax, child_pid
	must	7, child_pid, $status, $0		# waitpid
	cmpl	$0x300, status
	jne	failed

	must	102, $8, $pair_words		# socketcall(SYS_SOCKETPAIR)
	must	67, $14, $action		# sigaction(SIGALRM)
	must	104, $0, $timer			# setitimer(ITIMER_REAL)
	must	3, pair, $buf, $1		# read, carried on until the handler wrote
	must	174, $14, $rt_action, $0, $8	# rt_sigaction: SA_SIGINFO
	movl	$0, ticks
	must	104, $0, $timer
	must	3, pair, $buf, $1
	call	1, $5				# exit
child:
	call	1, $3
failed:
	call	1, $1

# The third signal writes what read waits for; those before it ask for the next.
handler:
	pushl	%ebx
	incl	ticks
	cmpl	$3, ticks
	je	1f
	call	104, $0, $timer
	jmp	2f
1:	call	4, pair+4, $text, $1
2:	popl	%ebx
	ret
restorer:
	popl	%eax
	movl	$119, %eax			# sigreturn
	int	$0x80
rt_restorer:
	movl	$173, %eax			# rt_sigreturn
	int	$0x80

	.data
name:	.asciz	"by-elf32.txt"
missing: .asciz	"tree/missing"
dir:	.asciz	"elf32.d"
dot:	.asciz	"."
dotdot:	.asciz	".."
text:	.ascii	"abcdefgh"
	.balign	4
iov:	.long	buf, 2, buf+2, 4
socket_words: .long 1, 1, 0
bind_words: .long 0, address, 110
address: .word	1
	.ascii	"/nowhere/at/all"
	.skip	110-17
microsecond: .long 0, 1000
timer:	.long	0, 0, 0, 2000
pair_words: .long 1, 1, 0, pair
action:	.long	handler, 0, 0x14000000, restorer	# SA_RESTART|SA_RESTORER
rt_action: .long handler, 0x14000004, rt_restorer, 0, 0
	.bss
	.balign	8
fd:	.long	0
fd2:	.long	0
map:	.long	0
child_pid: .long 0
status:	.long	0
ticks:	.long	0
pair:	.long	0, 0
pos:	.quad	0
buf:	.skip	512
big:	.skip	4096
