-- One row per event and security of the default study: the estimated model and the whole window.
-- key: event_id, ticker
-- event_id: the event
-- ticker: the security
-- session: session of the event
-- m: complete pairs in the estimation window
-- alpha: intercept of the market model, share per session
-- beta: slope on the market
-- sigma: standard deviation of the residuals, share per session
-- r2: share of variance that the model explains
-- car: cumulative abnormal return of the window, share; null where a day is missing
-- t_car: car over the root of its exact variance, t with m - k degrees of freedom
-- p_car: two-sided p of t_car
create table event_results (
    event_id varchar not null,
    ticker varchar not null,
    session date not null,
    m integer not null,
    alpha double,
    beta double,
    sigma double,
    r2 double,
    car double,
    t_car double,
    p_car double
);
