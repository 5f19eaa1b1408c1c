#!/usr/bin/env bash
# Teachers and pupils of both languages on one GPU, in three sittings that may end at any time and go on where they were:
#
#   DATA=../shared/data recipes/on_a_gpu.sh teachers   # data, pieces; two teachers a language, all at once
#   DATA=../shared/data recipes/on_a_gpu.sh teach      # what both say nearest to the references; the pupils begin
#   DATA=../shared/data recipes/on_a_gpu.sh pupils     # the pupils go on; OUT gets their checkpoints
#
# LIMIT: seconds that a sitting may take. TEACHER_EPOCHS, PUPIL_EPOCHS: set them so that a run fits, since the learning rate
# falls by epochs. PARTS: processes that decode at once, for each language. MORE: further flags of every training.
set -euo pipefail
PYTHON=${PYTHON:-python3} DATA=${DATA:-data} OUT=${OUT:-out} LIMIT=${LIMIT:-570} PARTS=${PARTS:-7}
LANGUAGES=${LANGUAGES:-de fr} TEACHER_EPOCHS=${TEACHER_EPOCHS:-7} PUPIL_EPOCHS=${PUPIL_EPOCHS:-8} MORE=${MORE:-}
TOKENS=${TOKENS:-12000}
end=$((SECONDS + LIMIT))
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} PYTHONUNBUFFERED=1
mkdir -p data runs "$OUT"
for corpus in "$DATA"/*; do
  [ -e "data/$(basename "$corpus")" ] || ln -s "$(realpath "$corpus")" data/
done

# train NAME RECIPE FLAG...: stops in time, and goes on if it has begun
train() {
  local name=$1 recipe=$2 resume=
  shift 2
  [ -e "runs/$name/state.safetensors" ] && resume=--resume
  # shellcheck disable=SC2086 (MORE is several words)
  timeout --signal=INT --kill-after=45 $((end - SECONDS - 20)) "$PYTHON" -m seq2seq_core train "recipes/$recipe.toml" $resume \
    --override "name=$name" --override "output=runs/$name" --override "training.max_tokens=$TOKENS" "$@" $MORE \
    >>"runs/$name.log" 2>&1 || echo "$name: ended with $?"
  grep -E "^validation|left  |error" "runs/$name.log" | tail -n 3 | sed "s/^/$name: /" || true
}

teachers() {
  local language
  for language in $LANGUAGES; do
    (
      [ -e "data/mixed-en-$language/valid-typed.tsv" ] || "$PYTHON" -m recipes.mixture "$language" --data data
      [ -e "data/en-$language.model" ] || "$PYTHON" -m recipes.pieces "$language" --data data --out "data/en-$language.model"
      train "en-$language-teacher-1" "en-$language-teacher" --override "training.epochs=$TEACHER_EPOCHS" &
      train "en-$language-teacher-2" "en-$language-teacher" --override "training.epochs=$TEACHER_EPOCHS" \
        --override training.seed=2 --override model.attention=dot &
      wait
    ) &
  done
  wait
}

pupil() {
  train "en-$1-pupil" "en-$1-taught" --override start_from=null --override "data.tokenizer=data/en-$1.model" \
    --override "training.epochs=$PUPIL_EPOCHS" --override training.learning_rate=3e-3 --override training.warmup_steps=300
}

teach() {
  local language part
  for language in $LANGUAGES; do
    (
      for part in $(seq "$PARTS"); do
        "$PYTHON" -m recipes.teach "$language" --data data --out "data/taught-en-$language" --part "$part/$PARTS" \
          --teacher "runs/en-$language-teacher-1/checkpoint" --teacher "runs/en-$language-teacher-2/checkpoint" \
          --batch-size 256 >>"runs/teach-$language-$part.log" 2>&1 &
      done
      wait
      "$PYTHON" -m recipes.mixture "$language" --data data --taught "data/taught-en-$language" \
        --out "data/mixed-taught-en-$language"
      echo "en-$language: taught after $SECONDS s"
      pupil "$language"
    ) &
  done
  wait
}

# Files of at most 15 MB, as they may have to travel: cat en-de-model.* > model.safetensors
pack() {
  local language run
  for language in $LANGUAGES; do
    run=runs/en-$language-pupil
    split -b 15M "$run/checkpoint/model.safetensors" "$OUT/en-$language-model."
    tar -czf "$OUT/en-$language-rest.tgz" --exclude=model.safetensors -C "$run" checkpoint log.jsonl
  done
  tar -cJf "$OUT/taught.txz" -C data $(for language in $LANGUAGES; do echo "taught-en-$language"; done)
  cat runs/*teacher*/log.jsonl >"$OUT/teachers.jsonl"
}

pupils() {
  local language
  for language in $LANGUAGES; do
    pupil "$language" &
  done
  wait
  for language in $LANGUAGES; do
    "$PYTHON" -m benchmarks.first_words "runs/en-$language-pupil/checkpoint" || true
  done
  pack
}

"${1:?teachers, teach or pupils}"
