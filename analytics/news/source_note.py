"""The note at the end of a story that says where it was taken from, in its dozen spellings."""

import re

# （来源：X）, （消息来源：X、Y）, ( 来源: X, with the bracket left open at the end of a line.
_MARKED = re.compile(r"[（(]\s*(?:消息|信息|文章|资料)?来源\s*[:：][^\S\n]*([^（）()\n]*?)\s*(?:[）)]|$)", re.MULTILINE)
_BARE = re.compile(r"^\s*(?:消息|信息|文章)?来源\s*[:：]\s*([^\n（）()。，]{1,24})\s*\Z", re.MULTILINE)
# （第一财经日报）: a bracket alone is a note only at the end and only where it sounds like a publisher.
_PUBLISHER = (
    r"[^（）()\n。，]{0,12}"
    r"(?:之家|新闻|财经|日报|晚报|早报|时报|周刊|科技|氪|网|社|证券|观察|数码|电视台|杂志|财联社|cnBeta|TechWeb|Solidot|PingWest|LatePost|ITBEAR)"
    r"[^（）()\n。，]{0,4}"
)
_UNMARKED = re.compile(rf"[（(]\s*({_PUBLISHER})\s*[）)]\s*\Z", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:[/／,，;；&]|\s和\s)\s*")
_SPACED_HOME = re.compile(r"\s+(?=之家)")


def split_source(body: str) -> tuple[str, str]:
    """Return the body without its source notes, and the last note that names someone ("" if none does)."""
    notes = [match[1].strip() for match in _MARKED.finditer(body)]
    body = _MARKED.sub("", body).rstrip()
    for pattern in (_BARE, _UNMARKED):
        if not any(notes) and (found := pattern.search(body)):
            notes.append(found[1].strip())
            body = body[: found.start()].rstrip()
    return body, next((_normalised(note) for note in reversed(notes) if note), "")


def _normalised(note: str) -> str:
    return _SPACED_HOME.sub("", _SEPARATOR.sub("、", note))
