"""Plain text out of what people type or paste: HTML elements go, everything else stays as typed.

An HTML sanitiser is the wrong tool here, since it *parses* what is not HTML: it escapes ampersands and eats the
rest of `if x<y then z`. This is a scanner that removes what a browser would take for a tag, and nothing else.
"""

from __future__ import annotations

import re
import unicodedata

# A tag begins with an ASCII letter right after `<` or `</`; comments and the doctype count as markup, too.
_START = re.compile(r"<(?:(?P<tag>/?)[a-z]|(?P<comment>!--)|!doctype)", re.IGNORECASE)
_BEGINNINGS = ("</", "<!--", "<!doctype")
_LONGEST = max(map(len, _BEGINNINGS))
_COMMENT_END = re.compile(r"--!?>")
_WITH_CONTENT = re.compile(r"(script|style)[\s/>]", re.IGNORECASE)
_CONTENT_END = {
    name: re.compile(rf"</{name}[\s/>]", re.IGNORECASE) for name in ("script", "style")
}
# Up to the closing `>`, which does not count inside of a quoted attribute value.
_REST_OF_TAG = re.compile(r"""(?:[^>"'=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=(?!\s*+["'])|["'])*+>""")

_CONTROLS = {
    code: None
    for code in range(0x110000)
    if unicodedata.category(chr(code)) in ("Cc", "Cs") and chr(code) not in "\n\t"
}


def clean_text(raw: str) -> str:
    """Return `raw` without HTML elements and without control characters other than newline and tab.

    `script` and `style` go with their content, comments and doctypes go as well. What is left contains no tag that is closed:
    no `<` that begins a tag is followed by a `>` further on. Cleaning cleaned text changes nothing. Takes time in
    proportion to the length, whatever the text.
    """
    text = raw.translate(_CONTROLS)
    if "<" not in text or ">" not in text:
        return text
    return _Scanner(text).run()
