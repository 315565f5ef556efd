-- Overtakes that lasted: the order at the close stayed changed for $persist ranking days, the first included.
-- $persist: 1 or more; an intraday lead lasts no close, so from 2 on only those at the close remain
-- $first_date, $last_date: ranking days, null for all
select overtakes.* exclude (day_number)
from overtakes
where
    ($first_date is null or overtakes.session >= $first_date)
    and ($last_date is null or overtakes.session <= $last_date)
    and (
        $persist = 1
        or (
            overtakes.basis = 'close'
            and overtakes.day_number + $persist - 1 <= (select max(day_number) from ranks)
            and not exists (
                from overtakes as undone
                where
                    undone.overtaker = overtakes.overtaken
                    and undone.overtaken = overtakes.overtaker
                    and undone.basis = 'close'
                    and undone.day_number > overtakes.day_number
                    and undone.day_number < overtakes.day_number + $persist
            )
        )
    )
order by overtakes.session, overtakes.overtaker_rank, overtakes.overtaken_rank;
