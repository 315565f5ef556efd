-- Names, hashes and numbers of stories of the stored documents; what was refused is read again when it is given again.
select document, sha256, stories from documents where outcome <> 'refused';
