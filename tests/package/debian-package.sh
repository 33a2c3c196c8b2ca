#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# debian-package.sh ARCHIVE: builds the Debian package from what `make dist` made, looks into
# it and lets lintian judge it, where that is installed. Exits 77 where no package can be built.
set -euo pipefail

archive=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/iotrace-deb.XXXXXX")
trap 'rm -rf "$work"' EXIT
for program in dpkg-buildpackage dh timeout; do
	command -v $program >/dev/null || {
		echo "$program is not installed"
		exit 77
	}
done

cd "$work"
tar -xf "$archive"
cd iotrace-*/
missing=$(dpkg-checkbuilddeps 2>&1) || {
	echo "$missing"
	exit 77
}
# What make hands down would be taken for this build's.
unset MAKEFLAGS MFLAGS MAKELEVEL
timeout 400 dpkg-buildpackage -us -uc -b </dev/null

cd ..
shopt -s nullglob
packages=(iotrace_*.deb)
[ ${#packages[@]} = 1 ]
dpkg-deb -c "${packages[0]}" | awk '{ print $6 }' >files
for file in usr/bin/iotrace usr/share/man/man1/iotrace.1.gz usr/share/man/man5/iotrace-format.5.gz \
	usr/share/bash-completion/completions/iotrace usr/share/zsh/site-functions/_iotrace \
	usr/share/fish/vendor_completions.d/iotrace.fish usr/share/doc/iotrace/copyright; do
	grep -qx "./$file" files || {
		echo "the package lacks $file"
		exit 1
	}
done
dpkg-deb -x "${packages[0]}" root
root/usr/bin/iotrace --version
if command -v lintian >/dev/null; then
	timeout 120 lintian --fail-on error --allow-root iotrace_*.changes
fi
