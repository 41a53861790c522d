//! The scripts of the shells, and where they belong.

/// A shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shell {
    Bash,
    Zsh,
    Fish,
    /// PowerShell
    Power,
}

/// Bash splits words at `=`, `:` and `@` too, and replaces only what follows the last of them. The words are therefore put together
/// again from the line, and what is already there is taken off the candidates.
const BASH: &str = r#"# Completions of NAME for bash.
_FUNCTION_complete() {
    local rest="${COMP_LINE:0:COMP_POINT}" program='NAME' index part current prefix candidate
    local -a words=()
    for ((index = 0; index <= COMP_CWORD; index++)); do
        part="${COMP_WORDS[index]}"
        if [[ $index -eq 0 || $rest == [[:space:]]* ]]; then
            words+=('')
            rest="${rest#"${rest%%[![:space:]]*}"}"
        fi
        [[ $rest == "$part"* ]] || part="$rest"
        words[${#words[@]} - 1]+="$part"
        rest="${rest:${#part}}"
    done
    [[ ${words[0]} == */* ]] && program="${words[0]/#\~/$HOME}"
    current="${words[${#words[@]} - 1]}"
    prefix="${current%"$2"}"
    COMPREPLY=()
    while IFS= read -r candidate; do
        COMPREPLY+=("${candidate#"$prefix"}")
    done < <("$program" __complete bash "$((${#words[@]} - 1))" "${words[@]}" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/@] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o nosort -F _FUNCTION_complete 'NAME' 2>/dev/null || complete -F _FUNCTION_complete 'NAME'
"#;

const ZSH: &str = r#"#compdef NAME
# Completions of NAME for zsh.
_FUNCTION() {
    local program='NAME' line value
    local -a closed open
    [[ ${words[1]} == */* ]] && program="${words[1]/#\~/$HOME}"
    while IFS= read -r line; do
        value="${line%%$'\t'*}"
        # The description follows the first colon that has no backslash.
        if [[ $line == *$'\t'* ]]; then
            line="${value//:/\\:}:${line#*$'\t'}"
        else
            line="${value//:/\\:}"
        fi
        if [[ $value == *[=/@] ]]; then open+=("$line"); else closed+=("$line"); fi
    done < <("$program" __complete zsh "$((CURRENT - 1))" "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
    (( $#open )) && _describe -V 'values' open -S ''
    (( $#closed )) && _describe -V 'values' closed
    return 0
}
# A file in `fpath` is the body of the function; elsewhere the function is registered.
if [[ ${funcstack[1]} == _FUNCTION ]]; then
    _FUNCTION "$@"
else
    compdef _FUNCTION 'NAME'
fi
"#;

const FISH: &str = r#"# Completions of NAME for fish.
function __FUNCTION_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program NAME
    string match -q '*/*' -- $words[1]; and set program (string replace -r '^~' $HOME -- $words[1])
    $program __complete fish (count $words) $words "$current" 2>/dev/null
end
complete -c NAME -k -f -a '(__FUNCTION_complete)'
"#;

const POWERSHELL: &str = r#"# Completions of NAME for PowerShell.
Register-ArgumentCompleter -Native -CommandName 'NAME' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object {
        if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
    })
    $index = $words.Count - 1
    if ($wordToComplete -eq '') { $index = $words.Count }
    & 'NAME' __complete powershell $index @words 2>$null | ForEach-Object {
        $value, $description = $_ -split "`t", 2
        if (-not $description) { $description = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
    }
}
"#;

impl Shell {
    pub(super) const ALL: [Self; 4] = [Self::Bash, Self::Zsh, Self::Fish, Self::Power];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::Power => "powershell",
        }
    }

    pub(super) fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shell| shell.name() == name)
    }

    /// The script for a program.
    pub(super) fn script(self, name: &str) -> String {
        let text = match self {
            Self::Bash => BASH,
            Self::Zsh => ZSH,
            Self::Fish => FISH,
            Self::Power => POWERSHELL,
        };
        let function = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        text.replace("FUNCTION", &function).replace("NAME", name)
    }
}

/// Where the script of each shell belongs.
pub(super) fn explain_installation(name: &str) -> String {
    format!(
        "bash: add to ~/.bashrc\n  source <({name} completions bash)\n\n\
         zsh: add to ~/.zshrc, after compinit\n  source <({name} completions zsh)\n\n\
         fish: run once\n  {name} completions fish > ~/.config/fish/completions/{name}.fish\n\n\
         PowerShell: add to the file $PROFILE\n  {name} completions powershell | Out-String | Invoke-Expression"
    )
}
