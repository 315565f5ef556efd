"""Which part a company plays in a story, from the words around its name."""

import re

from analytics.news.mentions import Mention
from analytics.records import TypeTag

_NEAR = 14
"""Characters around a name in which a word tells its part."""
_SENTENCE = 200
_FORMER = re.compile(r"(?:(?<![之以提此])前|原|离职的?)\s?$")
_FORMER_AFTER = re.compile(r"\s?前(?:任|首席|CEO|员工|高管|副?总|研究|联合)?")
_ANALYST = re.compile(r"分析师|评级|目标价|研报|研究报告|投行|经济学家|保荐人?|承销")
_IDENTITY = re.compile(r"\s?(?:的?联合)?(?:CEO|首席执行官|创始人|董事长|创办人|老板|掌门人)")
_PASSING = re.compile(r"曾(?:任|在)|毕业|实习|辞去|离开|任职|参加|出席")
_MOVES = re.compile(r"\s?(?:\([^)]*\))?\s?(?:股价)?(?:盘[前后中])?(?:大|暴|收|上|下)?(?:涨|跌|高|低)")
_LIST_BEFORE = re.compile(r"、\s?(?:[^、，。；]{1,12}[和及与]\s?)?$")
_LIST_AFTER = re.compile(r"\s?[^、，。；]{0,8}、")
_IN_A_LIST = 3
# "与甲、乙、丙在内的多家企业合作": those named act in the story.
_TOGETHER = re.compile(
    r"(?:等|在内).{0,12}(?:合作|签约|签署|领投|跟投|参投|客户|暂停|停止|投资方)"
    r"|(?:客户|伙伴|投资方|投资人|投资者|股东|成员|品牌|车型|车企|厂商)[^，。]{0,4}(?:包括|包含|涵盖|有)"
    r"|(?:是|为|成为)[^，。]{0,12}(?:伙伴|投资人|投资方|投资者|股东|客户|供应商|成员)"
)
# "此前报道，…", "作为对比，…": told beside the news.
_ASIDE = re.compile(r"\s*(?:据)?(?:此前(?:报道|消息|曾)|早前|作为(?:对比|参考|比较)|相比之下|资料显示)")
_RANKED = re.compile(r"\s?[^，。；]{0,12}(?:市场份额|排名|位居|位列|紧随|销量|出货)|[^，。；]{0,4}(?:紧随其后|分列)")

_PASSIVE = re.compile(r"被|遭|受到?$")
_TOWARDS = re.compile(r"(?:向|对|给|为)\s?$")
_ACQUIRE = re.compile(r"收购|并购|买下|拿下|acquir|to buy")
_INVEST = re.compile(r"投资|入股|注资|领投|参投|谈判|invest")
_RAISE = re.compile(r"融资|募资|筹资|估值|raises|funding")
_SELL = re.compile(r"出售|转让|剥离|退出")
_SUE = re.compile(r"起诉|诉讼|状告|控诉|被判|罚|指控|裁定|驳回|败诉|sue|lawsuit|fine")
_RIVALRY = re.compile(r"超越|超过|反超|竞争|挑战|抗衡|对抗|迎战|取代|对标|击败|领先于|追赶|不如|overtak|rival")
_CUES = (
    ("competitor", re.compile(r"竞争|对手|挑战|抗衡|对标|超越|超过|迎战|追赶|相比|击败|取代|让位|不相上下|rival")),
    ("supplier", re.compile(r"搭载|采用|供应|代工|芯片|处理器|配备|提供|供货|影像|制造商|生产商|内置|电芯")),
    ("owner", re.compile(r"旗下|母公司|控股|持股|持有|股东|子公司")),
    ("partner", re.compile(r"合作|联合|携手|联手|牵手|合资|共同|伙伴|协议|接入|集成|整合")),
    ("investor", re.compile(r"投资方|投资者|领投|跟投|入股")),
    ("customer", re.compile(r"客户|采购|订购|买家")),
)  # fmt: skip


def role_of(found: list[Mention], text: str, headline: str, types: tuple[TypeTag, ...], in_headline: set[str]) -> str:
    """Return the role of the company of the mentions `found`.

    `in_headline` holds the companies that the headline names: where there are any, a company that the body merely
    lists or mentions in passing is background.
    """
    others = in_headline - {found[0].company}
    if _is_background(found, text, headline, others, types[0].type):
        return "background"
    if all(mention.kind == "supplier" for mention in found) and others:
        return "supplier"
    first = found[0]
    if first.start <= len(headline):
        return _headline_role(first, headline, types[0].type, others)
    near = [_around(mention, text) for mention in found]
    cue = next((role for role, words in _CUES if any(words.search(around) for around in near)), None)
    if cue:
        return cue
    if any(_TOGETHER.search(_clause(mention, text)) for mention in found):
        return "partner"
    if types[0].type == "industry_data" and any(_RANKED.match(text, mention.end) for mention in found):
        return "competitor" if in_headline else "subject"
    if types[0].type == "price_move" and any(_MOVES.match(text, mention.end) for mention in found):
        return "subject"
    if in_headline and _opens(first, text, headline):
        return "partner"
    if in_headline or (len(found) == 1 and _PASSING.search(near[0])):
        return "background"
    return "subject"


def _opens(mention: Mention, text: str, headline: str) -> bool:
    """Tell whether the name stands in the first sentence of the body, which seldom names anyone in passing."""
    body = len(headline) + 1
    ends = [end for end in (text.find(mark, body, mention.start) for mark in "。；\n") if end >= 0]
    return not ends


def _is_background(found: list[Mention], text: str, headline: str, others: set[str], primary: str) -> bool:
    in_body = found[0].start > len(headline)
    if in_body and all(_ANALYST.search(_sentence(mention, text)) for mention in found):
        return True
    if in_body and all(_ASIDE.match(_sentence(mention, text)) for mention in found):
        return True
    named_by_title = in_body and all(_IDENTITY.match(text, mention.end) for mention in found)
    if not others:
        return named_by_title and primary == "other"
    if any(_is_former(mention, text) for mention in found):
        return True
    return named_by_title or (in_body and all(_is_listed(mention, text) for mention in found))


def _is_former(mention: Mention, text: str) -> bool:
    before = text[max(0, mention.start - _NEAR) : mention.start]
    return bool(_FORMER.search(before) or _FORMER_AFTER.match(text, mention.end))


def _headline_role(first: Mention, headline: str, primary: str, others: set[str]) -> str:
    before, after = headline[: first.start], headline[first.end :]
    if first.kind == "supplier" and others:
        return "supplier"
    if others and _RIVALRY.search(before[-8:]):
        return "competitor"
    if primary == "deal_mna":
        return _side(before, after, _ACQUIRE, "acquirer", "target") or ("seller" if _SELL.search(after) else "subject")
    if primary == "deal_funding":
        return "target" if _RAISE.search(after) else _side(before, after, _INVEST, "investor", "target") or "subject"
    if primary == "legal":
        return "subject" if re.search(r"^.{0,6}(?:正式)?(?:起诉|状告|控诉)", after) else "defendant"
    return "subject"


def _side(before: str, after: str, verb: re.Pattern[str], doer: str, done_to: str) -> str | None:
    if _TOWARDS.search(before) or (verb.search(before) and not _PASSIVE.search(before)):
        return done_to
    return doer if verb.search(after) else None


def _is_listed(mention: Mention, text: str) -> bool:
    """Tell whether the name stands in an enumeration of three or more that has no part in the deed."""
    clause = _clause(mention, text)
    if clause.count("、") + 1 < _IN_A_LIST or _TOGETHER.search(clause):
        return False
    before = text[max(0, mention.start - _NEAR) : mention.start]
    return bool(_LIST_BEFORE.search(before) or _LIST_AFTER.match(text, mention.end))


def _around(mention: Mention, text: str) -> str:
    """Return the words near the name within its clause, all of it where an enumeration acts together."""
    clause = _clause(mention, text)
    if _TOGETHER.search(clause):
        return clause
    first = max(0, mention.start - _NEAR)
    low = max(first, *(text.rfind(mark, first, mention.start) for mark in "。；\n"))
    window = text[mention.end : mention.end + _NEAR]
    return text[low : mention.start] + re.split(r"[。；\n]", window)[0]


def _clause(mention: Mention, text: str) -> str:
    return _cut(mention, text, "，。；：\n")


def _sentence(mention: Mention, text: str) -> str:
    return _cut(mention, text, "。；\n")


def _cut(mention: Mention, text: str, marks: str) -> str:
    """Return the words around the name up to the nearest marks, no farther than a long sentence reaches."""
    first, last = max(0, mention.start - _SENTENCE), mention.end + _SENTENCE
    low = max(first, *(text.rfind(mark, first, mention.start) + 1 for mark in marks))
    ends = [end for mark in marks if (end := text.find(mark, mention.end, last)) >= 0]
    return text[low : min(ends, default=last)]
