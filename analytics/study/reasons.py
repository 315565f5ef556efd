"""Why a number is not there, by the code that stands in its place; and what makes one that is there doubtful."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One code in words."""

    english: str
    chinese: str


REASONS: dict[str, Reason] = {
    "short_estimation": Reason(
        english="Fewer complete estimation pairs than the study asks for.", chinese="估计期有效样本不足"
    ),
    "collinear_regressors": Reason(
        english="The benchmark or factors did not move apart in the estimation window.",
        chinese="估计期内基准或因子不变或共线",
    ),
    "no_event_returns": Reason(english="No abnormal return in the event window.", chinese="事件窗口内没有异常收益"),
    "missing_return": Reason(english="A return of the window is missing.", chinese="窗口内有缺失收益"),
    "zero_variance": Reason(
        english="The model leaves no residual variance to judge by.", chinese="估计期残差方差为零，无法标准化"
    ),
    "too_few_events": Reason(english="Too few events for this statistic.", chinese="事件数不足"),
    "no_spread": Reason(english="The values do not differ from each other.", chinese="各事件数值没有差异"),
    "one_event_only": Reason(english="This statistic judges a single event.", chinese="该统计量只适用于单一事件"),
    "more_than_two_events": Reason(
        english="This statistic judges one event or two.",
        chinese="该统计量只适用于一至两个事件",
    ),
    "use_placebo": Reason(
        english="The estimation window is too short to rank sums over this window: use placebo.",
        chinese="估计期过短，无法对该窗口排秩，请改用安慰剂检验",
    ),
    "too_few_clusters": Reason(english="All events fall into one cluster.", chinese="所有事件同属一个聚类"),
    "no_estimation_spread": Reason(
        english="The mean residual does not vary over the estimation days.", chinese="估计期组合残差没有波动"
    ),
    "correlation_out_of_range": Reason(
        english="The events' mean correlation does not allow the correction.",
        chinese="平均相关系数超出调整公式的适用范围",
    ),
    "not_for_bhar": Reason(
        english="This statistic does not apply to buy-and-hold returns.", chinese="该统计量不适用于买入持有收益"
    ),
    "no_placebo_dates": Reason(
        english="No other date fits all events of a date without meeting tagged news.",
        chinese="没有可用的安慰剂日期",
    ),
    "too_few_days": Reason(
        english="Too few days with at least five securities.",
        chinese="持有至少五只证券的交易日不足",
    ),
    "few_clusters": Reason(
        english="Fewer than ten clusters: the test rejects too often.", chinese="聚类少于十个，检验易过度拒绝"
    ),
}
