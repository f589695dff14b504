/**
 * The scripts with which shells complete the commands of luma.
 *
 * The rule: they know nothing of the commands: they ask the luma that is being typed, so that they
 * never are out of date. It answers with a word a line, a tab and a description behind it, or with
 * `:file` where the shell should complete the name of a file.
 *
 * @module
 */

/** A shell that there is a script for. */
export type Shell = "bash" | "zsh" | "fish";

/**
 * Words are split at spaces alone: bash would split `luma@web1:22` and `--app=blog`. What it counts
 * as in front of the word to complete is taken off the candidates again.
 */
const BASH = `# bash completion for luma: luma completions bash
_luma() {
  local line=\${COMP_LINE:0:COMP_POINT} words whole before answer
  read -ra words <<<"$line"
  [[ $line != *[[:space:]] ]] || words+=("")
  whole=\${words[\${#words[@]}-1]}
  before=\${whole%"$2"}
  COMPREPLY=()
  while IFS=$'\\t' read -r answer _; do
    if [[ $answer == :file ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r answer; do COMPREPLY+=("$answer"); done < <(compgen -f -- "$2")
      return
    fi
    COMPREPLY+=("\${answer#"$before"}")
  done < <("$1" __complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _luma luma
`;

const ZSH = `#compdef luma
# zsh completion for luma: luma completions zsh
_luma() {
  local -a answers described
  local answer
  answers=("\${(@f)$("$words[1]" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for answer in $answers; do
    if [[ $answer == :file ]]; then
      _files
      return
    fi
    # A colon ends the word for _describe, and a tab does for luma.
    described+=("\${\${answer//:/\\\\:}/$'\\t'/:}")
  done
  (( \${#described} )) && _describe luma described
}
# Read by the completion system itself, or by a person's .zshrc.
if [[ $funcstack[1] == _luma ]]; then _luma "$@"; else compdef _luma luma; fi
`;

const FISH = `# fish completion for luma: luma completions fish
function __luma_complete
  set -l words (commandline -opc)
  set -l typed (commandline -ct)
  set -l answers ($words[1] __complete -- $words[2..-1] "$typed" 2>/dev/null)
  if test "$answers[1]" = :file
    __fish_complete_path "$typed"
  else if test (count $answers) -gt 0
    printf '%s\\n' $answers
  end
end
complete -c luma -f -a '(__luma_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** The script of a shell. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
