"""Every statistic by its convention id: what it is for, its formula and paper, in words a reader can check."""

from dataclasses import dataclass
from typing import Literal, get_args

Scope = Literal["event", "day", "window", "path", "portfolio", "cross_section"]


@dataclass(frozen=True, kw_only=True)
class Convention:
    """One way to compute and refer one statistic."""

    id: str
    scopes: tuple[Scope, ...]
    """What it judges: one event, the mean of a day, the mean of a window."""
    formula: str
    reference: str
    """The distribution that p comes from."""
    paper: str
    english: str
    chinese: str


def _row(id: str, scopes: str, formula: str, reference: str, paper: str, english: str, chinese: str) -> Convention:  # noqa: A002  # the column's name
    found: tuple[Scope, ...] = tuple(s for s in get_args(Scope) if s in scopes.split())
    return Convention(
        id=id, scopes=found, formula=formula, reference=reference, paper=paper, english=english, chinese=chinese
    )


_DAY_WINDOW = "day window"

CONVENTIONS: dict[str, Convention] = {
    row.id: row
    for row in (
        _row(
            "t_ar",
            "event day",
            "AR / (sigma sqrt(C)), C = 1 + x'(X'X)^-1 x",
            "t, M-k",
            "Campbell, Lo and MacKinlay 1997",
            "Was this one day unusual for this one event?",
            "单一事件某一天的异常收益是否显著",
        ),
        _row(
            "t_car",
            "event window",
            "CAR / (sigma sqrt(L + s'(X'X)^-1 s)), s the sum of x over the window",
            "t, M-k",
            "Campbell, Lo and MacKinlay 1997",
            "Was the window as a whole unusual for this one event?",
            "单一事件整个窗口的累计异常收益是否显著",
        ),
        _row(
            "sq_rank",
            _DAY_WINDOW,
            "p = min(1, 2 min(1 + #<=, 1 + #>=) / (n+1)) among residuals, or sums of L consecutive residuals",
            "rank",
            "Gelbach, Helland and Klick 2013",
            "Where one event, or the mean of two, stands among ordinary days; no normality is assumed.",
            "单个或两个事件的异常收益在估计期残差中的秩，不假设正态",
        ),
        _row(
            "csect_t",
            _DAY_WINDOW,
            "sqrt(N) mean / sd (divisor N-1)",
            "t, N-1",
            "Brown and Warner 1980",
            "Is the mean different from zero, judged by the spread across events?",
            "横截面 t 检验：以事件间离散程度检验均值",
        ),
        _row(
            "cluster_t_date",
            "window",
            "mean / sqrt(G/(G-1) sum of squared date totals / N^2)",
            "t, G-1",
            "Cameron and Miller 2015",
            "The mean, allowing events of one date to move together.",
            "按日期聚类的稳健 t 检验",
        ),
        _row(
            "cluster_t_security",
            "window",
            "mean / sqrt(G/(G-1) sum of squared security totals / N^2)",
            "t, G-1",
            "Cameron and Miller 2015",
            "The mean, allowing events of one security to move together.",
            "按证券聚类的稳健 t 检验",
        ),
        _row(
            "cluster_t_both",
            "window",
            "variances by date and by security added, that of single observations taken off",
            "t, smaller G-1",
            "Cameron, Gelbach and Miller 2011",
            "The mean, allowing for both.",
            "按日期与证券双向聚类的稳健 t 检验",
        ),
        _row(
            "j1",
            "window",
            "CAAR / sqrt(sum of exact variances / N^2)",
            "normal",
            "MacKinlay 1997",
            "The mean, judged by each security's own history.",
            "以估计期方差检验平均累计异常收益",
        ),
        _row(
            "cda",
            _DAY_WINDOW,
            "CAAR / (s sqrt(L)), s^2 = sum (AAR_est - mean)^2 / (days - 1) over estimation days of N/2 events or more",
            "t, days-1",
            "Brown and Warner 1980, 1985",
            "Crude dependence adjustment: the spread of the portfolio's mean over the estimation days.",
            "粗略相依调整：以估计期组合均值的时间序列方差检验",
        ),
        _row(
            "patell",
            _DAY_WINDOW,
            "sum S(C)AR / sqrt(sum (M-k)/(M-k-2))",
            "normal",
            "Patell 1976",
            "The mean of standardised returns; noisy securities weigh less.",
            "Patell 标准化残差检验",
        ),
        _row(
            "patell_classic",
            "window",
            "sum_i sum_t SAR / sqrt(sum_i L (M-k)/(M-k-2))",
            "normal",
            "Patell 1976",
            "Patell's own sum of daily values, without the covariance of forecasts within a window.",
            "Patell 原始的逐日累加形式",
        ),
        _row(
            "patell_adj",
            _DAY_WINDOW,
            "patell sqrt(1 / (1 + (N-1) r))",
            "normal",
            "Kolari and Pynnonen 2010",
            "Patell for events that share days.",
            "经横截面相关调整的 Patell 检验",
        ),
        _row(
            "bmp",
            _DAY_WINDOW,
            "sqrt(N) mean(S(C)AR) / sd (divisor N-1)",
            "t, N-1",
            "Boehmer, Musumeci and Poulsen 1991",
            "The mean of standardised returns, holding when the event itself raises the variance.",
            "标准化横截面检验，允许事件引致的方差上升",
        ),
        _row(
            "bmp_adj",
            _DAY_WINDOW,
            "bmp sqrt((1-r) / (1 + (N-1) r))",
            "t, N-1",
            "Kolari and Pynnonen 2010",
            "BMP for events that share days.",
            "经横截面相关调整的 BMP 检验",
        ),
        _row(
            "sign",
            _DAY_WINDOW,
            "(share above 0 - 1/2) sqrt(N) / 0.5",
            "normal",
            "Brown and Warner 1980",
            "Do more than half of the events rise?",
            "符号检验：上涨事件是否超过一半",
        ),
        _row(
            "gsign",
            _DAY_WINDOW,
            "(w - Np) / sqrt(Np(1-p)), p the mean share of estimation residuals above 0",
            "normal",
            "Cowan 1992",
            "Do more events rise than on ordinary days?",
            "广义符号检验：上涨比例是否高于平日",
        ),
        _row(
            "corrado",
            _DAY_WINDOW,
            "sqrt(L) mean(K - (T_i+1)/2) / S, S^2 = (1/T) sum_t (mean_i (K_it - (T_i+1)/2))^2",
            "normal",
            "Corrado 1989; Campbell and Wasley 1993",
            "Are the ranks of the window high among all days of the events?",
            "Corrado 秩检验",
        ),
        _row(
            "corrado_cum",
            "window",
            "corrado sqrt((T-1) / (T-L))",
            "normal",
            "Kolari and Pynnonen 2011",
            "Corrado with the variance of a sum of ranks drawn without replacement.",
            "按不放回抽样方差修正的累计 Corrado 秩检验",
        ),
        _row(
            "corrado_zivney",
            _DAY_WINDOW,
            "U = K/(1+T_i); S^2 = (1/T) sum_t (n_t^-1/2 sum_i (U_it - 1/2))^2",
            "normal",
            "Corrado and Zivney 1992",
            "Corrado where returns are missing.",
            "允许缺失收益的标准化秩检验",
        ),
        _row(
            "grank_t",
            "window",
            "Z sqrt((T-2) / (T-1-Z^2)), Z = Ubar_0 / S, the window one extra day with SCAR / sd(SCAR)",
            "t, T-2",
            "Kolari and Pynnonen 2011",
            "The rank of the whole window among ordinary days.",
            "广义秩 t 检验",
        ),
        _row(
            "grank_z",
            "window",
            "sqrt(12) sum_i U_i0 / sqrt(sum (T_i-1)/(T_i+1))",
            "normal",
            "Kolari and Pynnonen 2011",
            "The same for independent events.",
            "广义秩 z 检验（假设事件独立）",
        ),
        _row(
            "grank_t_adj",
            "window",
            "grank_t with SCAR sqrt(1-r) / sd(SCAR)",
            "t, T-2",
            "Kolari and Pynnonen 2011",
            "GRANK t for events that share days.",
            "经横截面相关调整的广义秩 t 检验",
        ),
        _row(
            "wilcoxon",
            _DAY_WINDOW,
            "W+, the summed ranks of positive values; exact to N = 25 without ties",
            "exact, normal",
            "Wilcoxon 1945",
            "Is the typical event above zero, whatever the distribution?",
            "Wilcoxon 符号秩检验",
        ),
        _row(
            "skew_t",
            "window",
            "sqrt(N) (S + g S^2/3 + g/(6N)), S = mean/sd, g = sum (x-m)^3 / (N sd^3)",
            "normal",
            "Lyon, Barber and Tsai 1999",
            "The mean of skewed values, such as long buy-and-hold returns.",
            "偏度调整 t 检验",
        ),
        _row(
            "skew_t_boot",
            "window",
            "skew_t; p from 1000 resamples of N/4 centred on the mean",
            "bootstrap",
            "Lyon, Barber and Tsai 1999",
            "The same with its own distribution drawn.",
            "自助法偏度调整 t 检验",
        ),
        _row(
            "jackknife",
            "window",
            "t of the pseudo-values N theta - (N-1) theta_(-i), theta = mean(SCAR) / sd(SCAR)",
            "t, N-1",
            "Giaccotto and Sfiridis 1996",
            "The standardised mean, each event left out in turn.",
            "刀切法检验",
        ),
        _row(
            "placebo",
            "window",
            "p = min(1, 2 min(1 + #>=, 1 + #<=) / (B+1)) over B draws of other dates",
            "placebo",
            "Fisher 1935; Brown and Warner 1980",
            "How often do the same securities on other dates show as much?",
            "安慰剂检验：同一证券在其他日期出现同样结果的频率",
        ),
        _row(
            "bw80",
            "day",
            "AAR / (sqrt(sum sigma^2) / N); compat estudy2",
            "normal",
            "Brown and Warner 1980",
            "The mean judged by the securities' own variances, taken for independent.",
            "Brown-Warner 1980 检验（estudy2 口径）",
        ),
        _row(
            "lamb",
            "day",
            "cda / sqrt(C), C of the portfolio with 1 / mean M; compat estudy2",
            "normal",
            "Lamb 1995",
            "cda with the forecast correction.",
            "Lamb 检验（estudy2 口径）",
        ),
        _row(
            "corrado_sign",
            "day",
            "sign(AR - median) scaled as modified_rank; compat estudy2",
            "normal",
            "Corrado and Zivney 1992",
            "Signs against each security's own median.",
            "Corrado-Zivney 符号检验（estudy2 口径）",
        ),
        _row(
            "modified_rank",
            "day",
            "sqrt(N) mean U / S, S from N/sqrt(n_t) mean U and T = mean T_i; compat estudy2",
            "normal",
            "Corrado and Zivney 1992",
            "corrado_zivney as that program scales it.",
            "修正秩检验（estudy2 口径）",
        ),
        _row(
            "pooled_t",
            "day window",
            "CAAR / sqrt(sum L sigma^2 / N^2), population variance; compat lemaire",
            "t, sum of M-1, one-sided",
            "Campbell, Lo and MacKinlay 1997",
            "The mean judged by the pooled variances, without forecast correction.",
            "合并方差 t 检验（lemaire 口径，单侧）",
        ),
        _row(
            "welch",
            "cross_section",
            "(mean_1 - mean_2) / sqrt(s_1^2/N_1 + s_2^2/N_2)",
            "t, Welch-Satterthwaite",
            "Welch 1947",
            "Did two groups of events move differently? Events that share days are taken for independent.",
            "两组事件的反应是否不同（Welch 检验，视同日事件为独立）",
        ),
        _row(
            "calendar_time",
            "portfolio",
            "alpha of the mean return of securities with an event in the last H sessions, Newey-West errors, lag 5",
            "t, days - k",
            "Jaffe 1974; Newey and West 1987",
            "What holding every security after its news earned beyond the model.",
            "日历时间组合的超额收益",
        ),
        _row(
            "calendar_time_weighted",
            "portfolio",
            "the same, days weighted by the square root of their securities",
            "t, days - k",
            "Fama 1998",
            "The same, giving busy days their weight.",
            "按证券数平方根加权的日历时间组合",
        ),
        _row(
            "ols_hc3",
            "cross_section",
            "OLS of CAR, errors over 1 - leverage",
            "t, n-K",
            "MacKinnon and White 1985",
            "What explains the size of the reaction.",
            "累计异常收益的横截面回归（HC3 稳健标准误）",
        ),
        _row(
            "ols_cluster",
            "cross_section",
            "OLS of CAR, CR1 errors by cluster",
            "t, G-1",
            "Cameron and Miller 2015",
            "The same, allowing events of a cluster to move together.",
            "累计异常收益的横截面回归（聚类稳健标准误）",
        ),
    )
}
