//! As much XML 1.0 as an OpenVINO description needs: elements and attributes. Text is skipped, comments and the
//! declaration too; document types, entities beyond the five, and processing instructions are refused, since a
//! description has none and they are where XML is dangerous.

use super::{ConvertError, Result};

const MAX_DEPTH: usize = 32;
const MAX_ELEMENTS: usize = 200_000;

/// An element, its attributes and its child elements.
#[derive(Debug, Clone, Default)]
pub(super) struct Element<'a> {
    pub(super) name: &'a str,
    attributes: Vec<(&'a str, String)>,
    pub(super) children: Vec<Element<'a>>,
}

impl<'a> Element<'a> {
    /// The root element of a document.
    pub(super) fn parse(text: &'a str) -> Result<Self> {
        let mut parser = Parser { rest: text, elements: 0 };
        // A nameless element around the document, so that the root is found like any child.
        let mut open = vec![Self::default()];
        while let Some(tag) = parser.tag()? {
            match tag {
                Tag::Skip => {}
                Tag::Open(element) if open.len() <= MAX_DEPTH => open.push(element),
                Tag::Open(_) => return Err(malformed("nested too deep")),
                Tag::Whole(element) => adopt(&mut open, element)?,
                Tag::Close(name) => match open.pop() {
                    Some(element) if element.name == name && !open.is_empty() => adopt(&mut open, element)?,
                    _ => return Err(malformed("an end without beginning")),
                },
            }
        }
        match (open.pop(), open.len()) {
            (Some(document), 0) if document.children.len() == 1 => {
                document.children.into_iter().next().ok_or_else(|| malformed("no element"))
            }
            _ => Err(malformed("not one whole element")),
        }
    }

    /// An attribute, which must be there.
    pub(super) fn attribute(&self, name: &str) -> Result<&str> {
        self.optional(name).ok_or_else(|| malformed(&format!("{} without {name}", self.name)))
    }

    /// An attribute, if it is there.
    pub(super) fn optional(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The child of that name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

enum Tag<'a> {
    Skip,
    Open(Element<'a>),
    Whole(Element<'a>),
    Close(&'a str),
}

fn malformed(what: &str) -> ConvertError {
    ConvertError::malformed(format!("xml: {what}"))
}

fn adopt<'a>(open: &mut [Element<'a>], element: Element<'a>) -> Result<()> {
    open.last_mut().ok_or_else(|| malformed("an end without beginning"))?.children.push(element);
    Ok(())
}

struct Parser<'a> {
    rest: &'a str,
    elements: usize,
}

impl<'a> Parser<'a> {
    /// Up to `end`, which is skipped.
    fn until(&mut self, end: &str) -> Result<&'a str> {
        let (before, after) = self.rest.split_once(end).ok_or_else(|| malformed("cut off"))?;
        self.rest = after;
        Ok(before)
    }

    fn tag(&mut self) -> Result<Option<Tag<'a>>> {
        let Some((_, after)) = self.rest.split_once('<') else { return Ok(None) };
        self.rest = after;
        if self.rest.starts_with("!--") {
            self.until("-->")?;
            return Ok(Some(Tag::Skip));
        }
        if self.rest.starts_with("?xml ") {
            self.until("?>")?;
            return Ok(Some(Tag::Skip));
        }
        if self.rest.starts_with(['!', '?']) {
            return Err(ConvertError::unsupported("XML with a document type or instructions"));
        }
        if let Some(after) = self.rest.strip_prefix('/') {
            self.rest = after;
            return Ok(Some(Tag::Close(self.until(">")?.trim_end())));
        }
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(ConvertError::TooLarge("XML elements"));
        }
        let mut element = Element { name: self.name()?, ..Element::default() };
        loop {
            self.rest = self.rest.trim_start();
            if let Some(after) = self.rest.strip_prefix("/>") {
                self.rest = after;
                return Ok(Some(Tag::Whole(element)));
            }
            if let Some(after) = self.rest.strip_prefix('>') {
                self.rest = after;
                return Ok(Some(Tag::Open(element)));
            }
            let name = self.name()?;
            let equals = self.rest.trim_start().strip_prefix('=').ok_or_else(|| malformed("an attribute"))?;
            let value = equals.trim_start();
            let quote = value.chars().next().filter(|quote| ['"', '\''].contains(quote));
            let quote = quote.ok_or_else(|| malformed("an attribute"))?;
            self.rest = &value[1..];
            let value = self.until(if quote == '"' { "\"" } else { "'" })?;
            element.attributes.push((name, unescaped(value)?));
        }
    }

    fn name(&mut self) -> Result<&'a str> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || ['_', '-', '.', ':'].contains(&c);
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        if name.is_empty() { Err(malformed("a name")) } else { Ok(name) }
    }
}

fn unescaped(value: &str) -> Result<String> {
    let mut text = String::with_capacity(value.len());
    let mut parts = value.split('&');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (entity, rest) = part.split_once(';').ok_or_else(|| malformed("an entity"))?;
        text.push(match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => return Err(ConvertError::unsupported("XML with entities of its own")),
        });
        text.push_str(rest);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_attributes_and_entities() {
        let text = "<?xml version=\"1.0\"?>\n<net a='1'><!-- <x> --><b c=\"&lt;d&gt;\" /><b>text</b></net>";
        let net = Element::parse(text).unwrap();
        assert_eq!((net.name, net.attribute("a").unwrap(), net.children.len()), ("net", "1", 2));
        assert_eq!(net.child("b").unwrap().attribute("c").unwrap(), "<d>");
        assert!(net.attribute("z").is_err() && net.child("z").is_none());
    }

    #[test]
    fn what_is_not_whole_or_is_dangerous_is_refused() {
        for text in [
            "",
            "<a>",
            "</a>",
            "<a></b>",
            "<a/><b/>",
            "<a b></a>",
            "<a b=1/>",
            "<a b='&x;'/>",
            "<a b='&lt'/>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a/>",
            "<a><![CDATA[x]]></a>",
            "<a>\u{e9}<\u{e9}/></a>",
            "<a b=\u{e9}/>",
        ] {
            assert!(Element::parse(text).is_err(), "{text}");
        }
        assert!(Element::parse(&"<a>".repeat(100_000)).is_err());
    }
}
