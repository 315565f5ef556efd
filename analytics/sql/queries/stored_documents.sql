-- Names, hashes, numbers of stories and instants of adding of the stored documents; what was refused is read again when it is given again.
select document, sha256, stories, added_at from documents where outcome <> 'refused';
