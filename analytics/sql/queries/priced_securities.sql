-- Every priced security with its currency and the benchmark of its exchange.
select spans.ticker, spans.currency, exchanges.benchmark
from security_spans as spans
left join exchanges using (exchange)
order by spans.ticker;
