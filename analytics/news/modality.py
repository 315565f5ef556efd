"""How certain a story is by its own words."""

import re

from analytics.records import Modality, TypeTag

_DENIED = re.compile(r"否认|辟谣|不实|没有与|谣言|假消息|denie[sd]")
_RUMOR = re.compile(
    r"^传|传闻|[，：]传|消息称|据悉|爆料|曝|古尔曼|郭明錤|或将|有望|知情人士|疑似|拟|考虑|洽谈|谈判|酝酿|计划|rumou?r|reportedly|in talks|hint"
)
_RUMOR_LEAD = re.compile(r"知情人士|消息人士|爆料|传闻|据传|有消息称|古尔曼|郭明錤")
_REPORTED = re.compile(
    r"据.{1,24}?(?:报道|消息|称)|报道称|报道，|援引|外媒|The Information|彭博社|路透社|华尔街日报|据报道"
)


def modality_of(headline: str, body: str, types: tuple[TypeTag, ...]) -> Modality:
    """Return denied, rumor (an unconfirmed plan, talks, a leak), reported (a third party tells a fact) or confirmed."""
    lead = body.partition("\n")[0]
    if any(tag.type == "denial" for tag in types) and _DENIED.search(headline + lead):
        return "denied"
    if _RUMOR.search(headline) or _RUMOR_LEAD.search(lead):
        return "rumor"
    return "reported" if _REPORTED.search(lead) else "confirmed"
