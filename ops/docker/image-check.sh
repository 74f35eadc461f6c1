#!/bin/sh
# Builds the image without an engine and without a registry: Debian's Python stands in for the official base,
# whose tag nobody pulls here. Needs root and Debian's buildah, crun and debootstrap; takes a few minutes.
set -eu
cd "$(dirname "$0")/../.."
base=build/image/base
certificates=/etc/ssl/certs/ca-certificates.crt
for program in buildah debootstrap; do
  command -v "$program" > /dev/null || { echo "$program is missing: apt-get install buildah crun debootstrap" >&2; exit 1; }
done
mkdir -p build/image
[ -e "$base/.done" ] || {
  debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$base" > build/image/base.log
  touch "$base/.done"
}
tag=$(sed -n 's/^ARG PYTHON=//p' Dockerfile)
container=$(buildah from scratch)
buildah add --quiet "$container" "$base" / > /dev/null
buildah commit --quiet --rm "$container" "docker.io/library/python:$tag" > /dev/null
buildah bud --quiet --pull-never --isolation chroot --network host --ulimit nofile=1024:1024 --format docker \
  --volume "$certificates:$certificates:ro" --env "PIP_CERT=$certificates" --tag sommet:check .
container=$(buildah from --pull-never sommet:check)
trap 'buildah rm "$container" > /dev/null' EXIT
buildah run --isolation chroot --user 10001:10001 "$container" -- sommet demo | tail -n 3
buildah run --isolation chroot --user 10001:10001 "$container" -- sh -c 'id -u; ! touch /opt/sommet/x 2> /dev/null; touch /var/lib/sommet/x'
buildah images sommet:check
