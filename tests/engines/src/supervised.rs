//! A program that a test starts, kills and starts again, and that never outlives the test.
//!
//! A small shell stands between: it ends the program when its standard input closes, which happens however the
//! test's process ends, even where a static never runs its destructor.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, bail};
use tempfile::TempDir;

/// Reads one word a line and answers it; `$1` is the folder, `$2` what the program prints goes, the rest the program.
const SHELL: &str = r#"
folder=$1; out=$2; shift 2
pid=
end() { if [ -n "$pid" ]; then kill -"$1" "$pid" 2>/dev/null; kill -CONT "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; pid=; fi; }
trap : INT TERM
while read -r word; do
    case $word in
        start) "$@" </dev/null >>"$out" 2>&1 & pid=$!; echo "$pid" ;;
        kill) end KILL; echo done ;;
        stop) end TERM; echo done ;;
        pause) kill -STOP "$pid"; echo done ;;
        resume) kill -CONT "$pid"; echo done ;;
        alive) if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; then echo yes; else echo no; fi ;;
    esac
done
end KILL
rm -rf -- "$folder"
"#;

/// A program with a folder of its own, which goes with it.
#[derive(Debug)]
pub struct Supervised {
    shell: Child,
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    folder: PathBuf,
    output: PathBuf,
}

impl Supervised {
    /// The program `command`, not yet started, that works in `folder`.
    ///
    /// # Errors
    /// When no shell can be started.
    pub fn new(folder: TempDir, mut command: Command) -> anyhow::Result<Self> {
        let folder = folder.keep();
        let output = folder.join("output.txt");
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", SHELL, "sh"]).arg(&folder).arg(&output).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let program = command.get_program().to_owned();
        command.current_dir(&folder);
        let mut shell = shell.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("could not start /bin/sh")?;
        let words = shell.stdin.take();
        let answers = shell.stdout.take().with_context(|| format!("no answers from the shell of {}", program.display()))?;
        Ok(Self { shell, words, answers: BufReader::new(answers), folder, output })
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts it; its process id.
    ///
    /// # Errors
    /// When the shell is gone.
    pub fn start(&mut self) -> anyhow::Result<u32> {
        Ok(self.ask("start")?.parse()?)
    }

    /// Ends it at once, with no chance to tidy up (`kill -9`); returns when it is gone.
    ///
    /// # Errors
    /// When the shell is gone.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.ask("kill").map(drop)
    }

    /// Asks it to end; returns when it is gone.
    ///
    /// # Errors
    /// When the shell is gone.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        self.ask("stop").map(drop)
    }

    /// Stops its clockwork: connections stay open, nobody answers.
    ///
    /// # Errors
    /// When the shell is gone.
    pub fn pause(&mut self) -> anyhow::Result<()> {
        self.ask("pause").map(drop)
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When the shell is gone.
    pub fn resume(&mut self) -> anyhow::Result<()> {
        self.ask("resume").map(drop)
    }

    /// Whether it runs.
    ///
    /// # Errors
    /// When the shell is gone.
    pub fn is_alive(&mut self) -> anyhow::Result<bool> {
        Ok(self.ask("alive")? == "yes")
    }

    /// What it printed so far.
    #[must_use]
    pub fn said(&self) -> String {
        fs::read(&self.output).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default()
    }

    fn ask(&mut self, word: &str) -> anyhow::Result<String> {
        let words = self.words.as_mut().context("the shell was closed")?;
        writeln!(words, "{word}").context("the shell is gone")?;
        let mut answer = String::new();
        if self.answers.read_line(&mut answer)? == 0 {
            bail!("the shell ended instead of answering {word:?}");
        }
        Ok(answer.trim_end().to_owned())
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        // The shell ends the program and takes the folder away.
        self.words = None;
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_killed_started_again_and_goes_with_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        let mut command = Command::new("sh");
        command.args(["-c", "echo $WORD; exec sleep 60"]).env("WORD", "hello");
        let mut program = Supervised::new(folder, command).unwrap();
        assert!(!program.is_alive().unwrap());
        let first = program.start().unwrap();
        assert!(program.is_alive().unwrap());
        program.kill().unwrap();
        assert!(!program.is_alive().unwrap());
        assert_ne!(program.start().unwrap(), first);
        program.pause().unwrap();
        program.stop().unwrap();
        assert!(program.said().lines().all(|l| l == "hello"));
        drop(program);
        assert!(!path.exists());
    }
}
