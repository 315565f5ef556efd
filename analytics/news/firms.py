"""Firms that no universe holds, known by the way a text introduces them."""

import re
from collections.abc import Iterator

from analytics.news.mentions import Mention

_PLACES = (
    "北京|上海|天津|重庆|深圳|广州|杭州|成都|南京|苏州|武汉|西安|宁波|长沙|合肥|厦门|珠海|东莞|无锡|青岛|济南|大连|福州|郑州|沈阳|昆明|海南|台州|温州|嘉兴|绍兴|金华|惠州|佛山|中山|常州|南通|徐州|扬州|盐城|烟台|潍坊|临沂|芜湖|上饶|柳州|泉州|洛阳|"
    "广东|浙江|江苏|江西|陕西|山西|甘肃|新疆|内蒙古|吉林|黑龙江|辽宁|贵州|云南|广西|四川|山东|湖北|湖南|福建|安徽|河北|河南|中国"
)
_REGISTERED = re.compile(
    rf"(?:[「“](?P<quoted>[\u4e00-\u9fff（）]{{4,24}}?)"
    rf"|(?<=[了的为由与和，、「])(?P<branch>[\u4e00-\u9fff]{{2,5}}（(?:{_PLACES})）[\u4e00-\u9fff]{{0,8}}?)"
    rf"|(?<!（)(?P<plain>(?:{_PLACES})(?:市|省)?[\u4e00-\u9fff]{{2,16}}?))"
    r"(?:股份|集团)?有限(?:责任)?公司"
)
# "建广资本、智路资本": a Chinese name by itself counts only in a list, and only if it ends as firms' names do.
_LISTED = re.compile(
    r"(?<=[、和及与括，「])(?P<name>[^\W\d_A-Za-z和及与的等在为]{1,5}(?:资本|集团|创投))(?=[、和及与等，。」（])"
)
# "创业公司萌友智能打造", "紫辉创投宣布": a Chinese name counts beside a word for a firm, or before a firm's deed.
_DEEDS = "创始人|创办|联合|CEO|董事长|宣布|发布|完成|发起|打造|开发|获得|推出|旗下"
_CHINESE_CALLED = re.compile(
    rf"(?:初创|创业|科技|游戏|芯片|机器人|影视|投资)(?:公司|企业|机构)「?(?P<name>[\u4e00-\u9fff]{{2,6}}?)」?(?=(?:{_DEEDS}))"
    r"|(?:(?<![\u4e00-\u9fff])|(?<=[由与和对]))(?P<doer>[\u4e00-\u9fff]{2,4}(?:资本|创投|影业))"
    rf"(?=(?:{_DEEDS}))"
)
_LATIN = re.compile(r"[A-Za-z0-9]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_NAME = r"[A-Z](?<![A-Za-z0-9].)[A-Za-z0-9]*(?:[.&-][A-Za-z0-9]+)*(?: [A-Z][A-Za-z0-9]*){0,4}"
# "OSOM 公司", "初创公司 Coda": a Latin name counts only beside a word for a firm.
_CALLED_FIRM = re.compile(rf"(?P<name>{_LATIN_NAME}) ?(?:公司|集团)(?!法|债|治理|章程)")
_FIRM_CALLED = re.compile(
    r"(?:(?:初创|创业|科技|游戏|芯片|机器人|AI ?|子|软件|硬件|工程|投资|代理|咨询|制药|航天|能源|制造"
    r"|[美英法德韩]国|日本|加拿大|以色列|荷兰|印度|瑞典|瑞士|新加坡)公司|初创企业|厂商|(?:制造|开发|发行|供应|运营)商|工作室|收购)"
    rf" ?[「“]?(?P<name>{_LATIN_NAME})(?![A-Za-z0-9])"
)
# "FromSoftware 社长", "与 OBS 达成合作".
_FIRM_OF = re.compile(
    rf"(?P<name>{_LATIN_NAME}) ?的?(?:社长|CEO|首席|创始人|联合创始人|董事长|总裁|发言人)"
    rf"|与 ?(?P<partner>{_LATIN_NAME}) ?(?:达成|合作|签署)"
)
_ENGLISH_FIRM = re.compile(
    rf"\b(?:[Ss]tartup|company|firm|\w*maker|developer|app|platform|studio) (?P<name>{_LATIN_NAME})"
)
_CHINESE_FIRMS = (_CALLED_FIRM, _FIRM_CALLED, _FIRM_OF)
_LATIN_FORM = re.compile(r" (?:Inc|Corp|Ltd|LLC|Co|AG|SA|GmbH)$")
_NO_FIRM = re.compile(
    r"^(?:AI|BG|BU|CEO|CTO|COO|IT|PC|GPU|CPU|SUV|VR|AR|XR|LED|APP|App|IPO|UP|MCN|OEM|IP|PR|HR|API|LLM|AGI|KOL|TV|ETF"
    r"|MLB|MLS|NBA|NFL|FIFA|UEFA|NATO|WHO"
    r"|Stores?|NASA|FBI|FTC|SEC|FDA|ESA|NHS|EU|FDIC|ITC|The Information|Bloomberg|CNBC|CNET|Reuters|Business Insider"
    r"|TechCrunch|Electrek|Counterpoint.*|Canalys|IDC|Gartner)$"
)


def find_firms(text: str) -> list[Mention]:
    """Return every mention of a firm that the text introduces as one, its name without the legal form."""
    introduced = {_LATIN_FORM.sub("", match[_group(match)]) for match in _introductions(text)}
    latin = [
        _mention(name, start, name, "called a firm")
        for name in sorted(introduced)
        if not _NO_FIRM.match(name)
        for start in _places(name, text)
    ]
    registered = _REGISTERED.finditer(text) if "有限" in text else ()
    listed = [
        _mention(match["name"], match.start(), match["name"], "listed as a firm") for match in _LISTED.finditer(text)
    ]
    chinese = [
        _mention(match[_group(match)], match.start(_group(match)), match[_group(match)], "called a firm")
        for match in _CHINESE_CALLED.finditer(text)
    ]
    return latin + listed + chinese + [_registered(match) for match in registered]


def _places(name: str, text: str) -> Iterator[int]:
    """Yield where the name stands as a word of its own."""
    start = text.find(name)
    while start >= 0:
        if not (_LATIN.search(text[max(0, start - 1) : start]) or _LATIN.match(text, start + len(name))):
            yield start
        start = text.find(name, start + len(name))


def _introductions(text: str) -> Iterator[re.Match[str]]:
    for pattern in _CHINESE_FIRMS if _HAN.search(text) else (_ENGLISH_FIRM,):
        yield from pattern.finditer(text)


def _group(match: re.Match[str]) -> str:
    """Return which of the groups of a pattern holds the name: every alternative has one."""
    return str(match.lastgroup)


def _registered(match: re.Match[str]) -> Mention:
    group = _group(match)
    return _mention(match[group], match.start(group), text=match[0].lstrip("「“"), rule="registered name")


def _mention(company: str, start: int, text: str, rule: str) -> Mention:
    return Mention(company=company, kind="name", start=start, end=start + len(text), text=text, rule=rule)
