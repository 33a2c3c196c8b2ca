#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# git: a history is made, branched, merged, rebased, packed, cloned; by its ids it is known
# to the last byte.
. "$(dirname -- "$0")/group.sh"

needs='git=git'
items='history pack'
steady=$items

begin()
{
	export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_CONFIG_NOSYSTEM=1
	export GIT_COMMITTER_NAME=c GIT_COMMITTER_EMAIL=c@example.org
	export GIT_AUTHOR_DATE='1600000000 +0000' GIT_COMMITTER_DATE='1600000000 +0000'
	git config --global init.defaultBranch main
	git config --global advice.detachedHead false
	# In the background it would go on after the commands.
	git config --global gc.autoDetach false
	git init -q repo && cd repo || exit
	for i in 1 2 3 4 5; do
		seq "$i" $((i * 20)) >"file$i"
		git add . && git commit -q -m "commit $i" || exit
	done
}

run_history()
{
	begin
	git checkout -q -b side HEAD~2 && echo side >side && git add side && git commit -q -m side
	git checkout -q main && git merge -q -m merged side && git log --oneline --graph
	git checkout -q -b topic HEAD~1 && sed -i 3d file1 && git commit -q -a -m topic
	git rebase -q main && git log --format='%H %s' | head -n 4
	git checkout -q -b conflict main~1 && echo other >file1 && git commit -q -a -m conflict
	git merge topic
	echo "conflict $?"
	git status --short && git merge --abort
	git stash list && echo x >>file2 && git stash -q && git stash pop && git diff --stat
	git checkout -q . && git blame -s file2 | head -n 3
	git tag -a -m tagged v1 && git describe && git reflog | wc -l
	git fsck --full && git rev-parse main topic conflict side
}

run_pack()
{
	begin
	git gc -q && git count-objects -v | grep -E 'count|packs|in-pack'
	git bundle create -q ../all.bundle --all && git bundle verify -q ../all.bundle
	git clone -q . ../clone && git -C ../clone rev-parse HEAD
	git clone -q "file://$(pwd)" ../far && git -C ../far log --oneline | wc -l
	git clone -q ../all.bundle ../from-bundle && git -C ../from-bundle rev-parse HEAD
	git archive HEAD | tar -t && git worktree add -q ../tree HEAD~1 && ls ../tree
	(cd ../far && echo new >new && git add new && git commit -q -m new &&
		git push -q origin HEAD:refs/heads/pushed)
	git rev-parse pushed && git grep -c 1 && git log -p | git patch-id | head -n 2
}

# Times of progress lines.
even()
{
	grep -v 'done\.$'
}

serve "$@"
