-- The stored documents, newest issue first, without their bytes.
select * exclude (content)
from documents
order by issue_date desc nulls last, added_at desc, document;
