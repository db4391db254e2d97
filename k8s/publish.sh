#!/usr/bin/env bash
# Pushes what `make images` has made, SBOMs included, and prints what k8s/deploy.sh takes: a line for each image, its name
# in k8s/base and where it is now.
#
#   k8s/publish.sh registry.example/orderly 1.2.0 >.dapr/published
#
# Who has to log in does so before: `go tool -modfile=k8s/images/go.mod crane auth login`, or `docker login`.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -ge 2 ] || { echo "usage: k8s/publish.sh REPOSITORY TAG..." >&2; exit 2; }
repository=$1; shift
[ -s .dapr/images/digests.txt ] || { echo "there are no images in .dapr/images: run make images first" >&2; exit 1; }
crane() { go tool -modfile=k8s/images/go.mod crane "$@" </dev/null; }

while read -r reference; do
  name=${reference#*/orderly/} name=${name%%:*} digest=${reference#*@}
  image=$repository/$name layout=.dapr/images/$name
  # A layout is an index of the image and its SBOMs. It gets no tag: the tags are the image's.
  index=$(sha256sum "$layout/index.json")
  crane push --index "$layout" "$image@sha256:${index%% *}" >&2
  for tag in "$@"; do crane tag "$image@$digest" "$tag" >&2; done
  echo "orderly/$name=$image@$digest"
done <.dapr/images/digests.txt
