"""How certain a story is by its own words."""

import re

from analytics.records import Modality, TypeTag

_DENIED = re.compile(r"否认|辟谣|不实|没有与|谣言|假消息|不属实|从未|并无|不会|denie[sd]")
# Someone who does not want to be named, or who guesses, says so.
_LEAK = re.compile(
    r"^传|[：，]传|传闻|据传|网传|传出|知情人士|消息人士|人士透露|爆料|谍照|疑似|猜想|消息称|有消息|据悉|被曝|^曝|[：，]曝|(?<!细节)曝光"
    r"|古尔曼|郭明錤|有望|或将|势将|或取代|似乎|rumou?r|reportedly|in talks|sources say",
    re.IGNORECASE,
)
_HEARD = re.compile(r"^传|[：，]传|传闻|消息称|有消息|据悉|曝|古尔曼|郭明錤")
_STRONG_LEAK = re.compile(
    r"知情人士|消息人士|人士透露|爆料|据传|网传|谍照|被曝|猜想|似乎|[一二两三四五六七八]位.{0,6}人士|rumou?r",
    re.IGNORECASE,
)
# A plan that nobody has announced.
_PLANNED = re.compile(r"(?:正|在)?考虑|计划|拟(?!人|态|合)|欲")
# Whoever it is about says so, whoever else tells it.
_OWN_WORDS = re.compile(r"承认|证实|官方消息|官方回应|发言人(?:表示|称|确认)")
_ANNOUNCED = re.compile(r"宣布|官宣|正式|公告|公布|官方|证实|确认|发布会|announces?|confirms?")
_REPORTED = re.compile(
    r"据[^，。]{1,24}?(?:报道|消息|称|透露)|报道[，称]|援引|外媒|博文|悄然|悄悄|低调上线|细节曝光|彭博社|路透|华尔街日报|金融时报"
    r"|The Information|hints?\b|report"
)
_FACTS = frozenset(
    {"results", "industry_data", "incident", "legal", "price_move", "mcap_milestone", "research", "statement"}
)
"""Types of what has happened: a nameless source reports it, it is no plan."""
_DEALS = frozenset({"deal_mna", "deal_funding"})


def modality_of(headline: str, body: str, types: tuple[TypeTag, ...]) -> Modality:
    """Return denied, rumor (an unconfirmed plan, talks, a leak), reported (a third party tells a fact) or confirmed."""
    lead = body.partition("\n")[0]
    primary = types[0].type
    if primary == "denial" and _DENIED.search(headline + body):
        return "denied"
    if _is_rumor(headline, lead, primary):
        return "rumor"
    told = headline + lead
    if _OWN_WORDS.search(told):
        return "confirmed"
    return "reported" if _REPORTED.search(told) or _HEARD.search(headline) else "confirmed"


def _is_rumor(headline: str, lead: str, primary: str) -> bool:
    if primary in _FACTS:
        return False
    announced = _ANNOUNCED.search(headline + lead) is not None
    if _LEAK.search(headline) or _STRONG_LEAK.search(lead):
        return not announced or _STRONG_LEAK.search(headline + lead) is not None
    planned = primary in _DEALS or _PLANNED.search(headline) is not None
    return planned and not announced and _REPORTED.search(lead) is not None
