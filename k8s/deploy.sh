#!/usr/bin/env bash
# Brings an environment to the images given, and waits for it. If a service does not come up, those that were there before
# go back to what they were, and the script fails.
#
#   k8s/publish.sh registry.example/orderly 1.2.0 >.dapr/published
#   k8s/deploy.sh staging postgres-rabbitmq <.dapr/published
#
# It needs kubectl, and the namespace with its Secrets, see README.md. What it applies is in .dapr/deploy,
# and what the services were before.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -eq 2 ] || { echo "usage: k8s/deploy.sh ENVIRONMENT SET <FILE" >&2; exit 2; }
environment=$1 set=$2 overlay=k8s/overlays/$1/$2
services=(order stock notify)
timeout=${TIMEOUT:-6m} # for each service to come up; a Deployment gives up after progressDeadlineSeconds, which is less
fail() { printf 'deploy of %s to %s: %s\n' "$set" "$environment" "$*" >&2; exit 1; }

[ -f "$overlay/kustomization.yaml" ] || fail "there is no $overlay; there are" k8s/overlays/*/*
images="" daprd=orderly/daprd # until a line says where it is
while IFS='=' read -r name reference; do
  [[ $name == orderly/?* && $reference == ?*@sha256:?* ]] || fail "not a line orderly/NAME=REFERENCE@sha256:DIGEST: $name${reference:+=$reference}"
  [ "$name" != orderly/daprd ] || daprd=$reference # an annotation, which images of kustomize do not reach
  images+="  - { name: $name, newName: \"${reference%@*}\", digest: \"${reference#*@}\" }"$'\n'
done
[ -n "$images" ] || fail "standard input has no images: give it what k8s/publish.sh prints"

# The overlay with these images. The mark starts every pod anew, whatever has changed: a sidecar reads its components at
# its start only.
mark="$(date -u +%Y-%m-%dT%H:%M:%SZ) $(git rev-parse HEAD)"
out=.dapr/deploy/$environment
mkdir -p "$out"
cat >"$out/kustomization.yaml" <<END
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../../../$overlay]
sortOptions: # pods last, when their components are there
  order: legacy
  legacySortOptions: { orderFirst: [Namespace], orderLast: [Deployment, StatefulSet] }
images:
${images}patches:
  - target: { kind: Deployment|StatefulSet, labelSelector: app.kubernetes.io/part-of=orderly }
    patch: |
      - { op: replace, path: /spec/template/metadata/annotations/dapr.io~1sidecar-image, value: "$daprd" }
      - { op: add, path: /spec/template/metadata/annotations/orderly~1deployed, value: "$mark" }
END
kubectl kustomize "$out" >"$out/all.yaml"
missing=$(sed -nE 's|.* (dapr.io/sidecar-)?image: (orderly/[a-z]+)$|\2|p' "$out/all.yaml" | sort -u | xargs)
[ -z "$missing" ] || fail "standard input does not say where $missing is"
namespace=$(sed -n 's/^namespace: //p' "k8s/environments/$environment/kustomization.yaml")
# Of all three services, the set says which.
kind=$(awk '/^kind: / { kind = $2 } kind ~ /^(Deployment|StatefulSet)$/ && /^  name: order$/ { print kind }' "$out/all.yaml")
in_namespace() { kubectl --namespace="$namespace" "$@"; }
# Services of the other kind would run on beside those of this set.
[ "$kind" = Deployment ] && other=StatefulSet || other=Deployment
left=$(in_namespace get "$other" "${services[@]}" --ignore-not-found --output=name | xargs)
[ -z "$left" ] || fail "$left: of another set, whose data this one does not have; if that is meant, kubectl --namespace=$namespace delete $left"
apply() { kubectl apply --server-side --force-conflicts --filename="$1"; } # fields that others have set are taken over

# before writes down what the services are, but for what the cluster says, and how many pods the autoscalers want where the
# overlay does not say it.
before() {
  local says="^  resourceVersion: "
  grep -q '^  replicas: ' "$out/all.yaml" || says="^  (resourceVersion|replicas): "
  for service in "${services[@]}"; do
    in_namespace get "$kind" "$service" --ignore-not-found --output=yaml |
      sed -E "/^status:/,\$d; /$says/d; /^    deployment.kubernetes.io\/revision: /d" >"$out/before-$service.yaml"
  done
}

# up says in wrong what did not work, and in late which service.
up() {
  wrong="it was not applied" late=""
  apply "$out/all.yaml" || return
  for service in "${services[@]}"; do
    wrong="$service did not come up" late=$service
    in_namespace rollout status "$kind/$service" --timeout="$timeout" || return
  done
}

# look shows what a person would ask for next.
look() {
  in_namespace get pods --selector=app.kubernetes.io/part-of=orderly --output=wide
  in_namespace get events --field-selector=type!=Normal --sort-by=.lastTimestamp | tail -n 20
  # A container that has not started has no log, which is no reason to leave out the others.
  [ -z "$late" ] || in_namespace logs --selector="app.kubernetes.io/name=$late" --all-containers --prefix --tail=20 --ignore-errors
}

# back takes back the services that have the mark, and nothing else: components and all else stay as they were applied. Not
# by `rollout undo`: a later version would keep what that one brings back and this one does not have.
back() {
  local now taken=() failed=false
  for service in "${services[@]}"; do
    now=$(in_namespace get "$kind" "$service" --ignore-not-found --output=jsonpath='{.spec.template.metadata.annotations.orderly/deployed}') || return
    [ "$now" = "$mark" ] || continue
    [ -s "$out/before-$service.yaml" ] || { echo "$service was not there before: it stays as it is"; continue; }
    if apply "$out/before-$service.yaml"; then taken+=("$service"); else failed=true; fi
  done
  for service in "${taken[@]}"; do
    in_namespace rollout status "$kind/$service" --timeout="$timeout" || failed=true
  done
  ! $failed
}

before
up && exit
{ look || true; } >&2
back >&2 || fail "$wrong, and taking the services back failed: they need you now"
fail "$wrong; services that were there before are what they were, all else is as it was applied"
