// Markdown as safe HTML: what is written by people is read by others, so nothing in it may run.
import DOMPurify from "dompurify";
import { Marked } from "marked";

const TAGS = ["h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "a", "img"];
const ATTRIBUTES = ["href", "src", "alt", "title", "align", "start"];

/** HTML of the writer's own is text: the server refuses it, and a preview shows why. */
const marked = new Marked({ async: false, gfm: true, breaks: true, renderer: { html: ({ text }) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;") } });

/** Links lead to pages and mail, pictures come from this server: anything else is left out. */
export function markdown(text: string): string {
  return DOMPurify.sanitize(marked.parse(text) as string, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|#|\/(?!\/))/i,
  });
}
