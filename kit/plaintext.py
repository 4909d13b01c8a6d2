"""Plain text out of what people type or paste: HTML elements go, everything else stays as typed.

An HTML sanitiser is the wrong tool here, since it *parses* what is not HTML: it escapes ampersands and eats the
rest of `if x<y then z`. This is a scanner that removes what a browser would take for a tag, and nothing else.
"""

from __future__ import annotations

import re

# C0 without tab and newline, DEL, C1; and surrogates, which no encoding can store.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# A tag begins with an ASCII letter right after `<` or `</`; comments and the doctype are markup, too.
_START = re.compile(r"<(?:/?[a-z]|!--|!doctype)", re.IGNORECASE)
_BEGINNINGS = ("</", "<!--", "<!doctype")
_LONGEST = max(map(len, _BEGINNINGS))
_COMMENT_END = re.compile(r"-?>|.*?--!?>", re.DOTALL)
_WITH_CONTENT = re.compile(r"(script|style)(?=[\s/>])", re.IGNORECASE)
_CONTENT_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style")}
# Up to the closing `>`, which does not count inside of a quoted attribute value. Possessive: no backtracking.
_REST_OF_TAG = re.compile(r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'])[^\s>]*+))*+>""")


def clean_text(raw: str) -> str:
    """Return `raw` without HTML elements and without control characters other than newline and tab.

    `script` and `style` go with their content, comments and doctypes go as well. Only what is closed is an element:
    in the result no `<` that begins a tag has a `>` anywhere behind it. Cleaning what has been cleaned changes
    nothing. Takes time in proportion to the length, whatever the text.
    """
    text = _CONTROLS.sub("", raw)
    if "<" not in text or ">" not in text:
        return text
    return _Scanner(text).run()


class _Scanner:
    """One pass from left to right over a text.

    Where something is removed, what stands before may make a new tag together with what follows
    (`<scr<b>ipt>`); so a beginning of a tag right before the gap is taken back and looked at again.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.last_close = text.rfind(">")
        self.kept: list[str] = []
        # Once the way to an end was walked in vain it will be in vain for all that follows: walking it again for
        # each tag would take quadratic time.
        self.quotes_end = True
        self.comments_end = True

    def run(self) -> str:
        text, kept = self.text, self.kept
        position = 0
        begun = ""  # a beginning taken back; the text goes on at `position`
        while True:
            if not begun:
                found = text.find("<", position)
                if found < 0:
                    break
                if found > position:
                    kept.append(text[position:found])
                begun, position = "<", found + 1
            if position > self.last_close:
                kept.append(begun)
                break
            end = self._end_of_markup(begun, position)
            if end is None:
                kept.append(begun)
                begun = ""
            else:
                position = end
                begun = self._take_back()
        kept.append(text[position:])
        return "".join(kept)

    def _end_of_markup(self, begun: str, position: int) -> int | None:
        """Return where the markup ends that `begun` and the text from `position` on are; None if it is none."""
        start = _START.match(begun + self.text[position : position + _LONGEST])
        if start is None:
            return None
        inside = position + start.end() - len(begun)
        if start[0] == "<!--":
            return self._end_of_comment(inside)
        end = self._end_of_tag(inside)
        if start[0][1] not in "/!":
            name = _WITH_CONTENT.match(self.text, inside - 1)
            if name is not None:
                return self._end_of_content(name[1].lower(), end)
        return end

    def _end_of_comment(self, inside: int) -> int:
        if self.comments_end:
            found = _COMMENT_END.match(self.text, inside)
            if found is not None:
                return found.end()
            self.comments_end = False
        return self.text.index(">", inside) + 1

    def _end_of_tag(self, inside: int) -> int:
        if self.quotes_end:
            found = _REST_OF_TAG.match(self.text, inside)
            if found is not None:
                return found.end()
            self.quotes_end = False
        return self.text.index(">", inside) + 1

    def _end_of_content(self, name: str, inside: int) -> int:
        """Return the end of the closing tag; an element that is never closed goes on to the end, as in browsers."""
        found = _CONTENT_END[name].search(self.text, inside)
        if found is None or found.end() > self.last_close:
            return len(self.text)
        return self._end_of_tag(found.end())

    def _take_back(self) -> str:
        """Remove from what is kept, and return, a trailing part that could be the beginning of a tag."""
        tail = ""
        pieces = len(self.kept)
        while pieces and len(tail) < _LONGEST and "<" not in tail:
            pieces -= 1
            tail = self.kept[pieces][-_LONGEST:] + tail
        at = tail.rfind("<")
        begun = tail[at:]
        if at < 0 or not any(beginning.startswith(begun.lower()) for beginning in _BEGINNINGS):
            return ""
        surplus = len(begun)
        while surplus:
            piece = self.kept.pop()
            if len(piece) > surplus:
                self.kept.append(piece[:-surplus])
                break
            surplus -= len(piece)
        return begun
