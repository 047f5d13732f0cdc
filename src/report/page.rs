//! The page that a person reads: plain lines `label: value`, words next to marks, no colour needed, no boxes.

use super::locale::Lang;

/// Lines of text, made in one language.
#[derive(Debug, Clone)]
pub struct Page {
    lang: Lang,
    lines: Vec<String>,
}

impl Page {
    /// An empty page.
    #[must_use]
    pub const fn new(lang: Lang) -> Self {
        Self { lang, lines: Vec::new() }
    }

    /// The language, for callers that need a word of their own.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// A heading: the message `id`, with a blank line before it where something stands above.
    pub fn heading(&mut self, id: &str) -> &mut Self {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.push(self.lang.text(id, &[]));
        self
    }

    /// `label: value`, the label being the message `id`, indented by two.
    pub fn field(&mut self, id: &str, value: impl std::fmt::Display) -> &mut Self {
        let label = self.lang.text(id, &[]);
        self.lines.push(format!("  {label}: {value}"));
        self
    }

    /// The message `id` with arguments, as a line of its own.
    pub fn sentence(&mut self, id: &str, args: &[(&'static str, String)]) -> &mut Self {
        self.lines.push(self.lang.text(id, args));
        self
    }

    /// A line as it is (data, commands, lists), indented by `level` times two.
    pub fn line(&mut self, level: usize, text: impl std::fmt::Display) -> &mut Self {
        self.lines.push(format!("{:indent$}{text}", "", indent = level * 2));
        self
    }

    /// Adds the lines of another page, indented by two.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        self.lines.extend(
            other.lines.iter().map(|line| if line.is_empty() { String::new() } else { format!("  {line}") }),
        );
        self
    }

    /// The page as text, with control characters of the data made visible (a chip must not steer a terminal).
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = self.lines.join("\n");
        text.push('\n');
        text.chars().map(|c| if c.is_control() && c != '\n' { '\u{FFFD}' } else { c }).collect()
    }
}
