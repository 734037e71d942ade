CREATE TABLE `mediawiki_page_change_v1` (
  `$schema` STRING COMMENT 'The URI of the schema that this event conforms to.',
  `changelog_kind` STRING COMMENT 'What the change does to a table of pages.',
  `comment` STRING COMMENT 'Summary that the performer gave; of an edit, the same as revision.comment.',
  `created_redirect_page` STRUCT<
    `is_redirect`: BOOLEAN COMMENT 'Whether the page is a redirect.',
    `namespace_id`: BIGINT COMMENT 'Number of the namespace that the page is in.',
    `page_id`: BIGINT COMMENT 'Number of the page in the wiki\'s database.',
    `page_title`: STRING COMMENT 'Title of the page, normalised, with underscores for spaces.',
    `revision_count`: BIGINT COMMENT 'How many revisions the page has; mostly known for deletions only.'
  > COMMENT 'The redirect that a move left at the old title. Its creation is an event of its own.',
  `dt` STRING COMMENT 'When the change happened; set by the producer.',
  `meta` STRUCT<
    `domain`: STRING COMMENT 'Host name of the site that the event is about.',
    `dt`: STRING COMMENT 'When the event was received.',
    `id`: STRING COMMENT 'Identifies this event; the same event delivered twice has the same id.',
    `request_id`: STRING COMMENT 'Identifies the request that led to the event; several events may share it.',
    `stream`: STRING COMMENT 'The stream that the event is part of.',
    `uri`: STRING COMMENT 'Address of what the event is about.'
  > COMMENT 'Where the event belongs and how it came in.',
  `page` STRUCT<
    `is_redirect`: BOOLEAN COMMENT 'Whether the page is a redirect.',
    `namespace_id`: BIGINT COMMENT 'Number of the namespace that the page is in.',
    `page_id`: BIGINT COMMENT 'Number of the page in the wiki\'s database.',
    `page_title`: STRING COMMENT 'Title of the page, normalised, with underscores for spaces.',
    `redirect_page_link`: STRUCT<
      `interwiki_prefix`: STRING COMMENT 'Prefix of the wiki that the link leads to; absent for a link within the wiki.',
      `is_redirect`: BOOLEAN COMMENT 'Whether the page is a redirect.',
      `namespace_id`: BIGINT COMMENT 'Number of the namespace that the page is in.',
      `page_id`: BIGINT COMMENT 'Number of the page in the wiki\'s database.',
      `page_title`: STRING COMMENT 'Title of the page, normalised, with underscores for spaces.'
    > COMMENT 'What the page redirects to, if it is a redirect.',
    `revision_count`: BIGINT COMMENT 'How many revisions the page has; mostly known for deletions only.'
  > COMMENT 'The page after the change.',
  `page_change_kind` STRING COMMENT 'What happened to the page.',
  `performer` STRUCT<
    `edit_count`: BIGINT COMMENT 'How many edits the user had made; absent without an account.',
    `groups`: ARRAY<STRING> COMMENT 'Groups that the user belongs to; absent without an account.',
    `is_bot`: BOOLEAN COMMENT 'Whether the user counts as a bot, by group or by right.',
    `is_system`: BOOLEAN COMMENT 'Whether the user is an internal account that nobody can log in with.',
    `is_temp`: BOOLEAN COMMENT 'Whether the account was made automatically to stand in for an address.',
    `registration_dt`: STRING COMMENT 'When the account was registered, where that is known.',
    `user_central_id`: BIGINT COMMENT 'Number of the user across all wikis.',
    `user_id`: BIGINT COMMENT 'Number of the user within the wiki; absent without an account.',
    `user_text`: STRING COMMENT 'Name of the user, or the address of one who is not logged in.'
  > COMMENT 'Who made the change; of an edit, the same as revision.editor.',
  `prior_state` STRUCT<
    `page`: STRUCT<
      `is_redirect`: BOOLEAN COMMENT 'Whether the page is a redirect.',
      `namespace_id`: BIGINT COMMENT 'Number of the namespace that the page is in.',
      `page_id`: BIGINT COMMENT 'Number of the page in the wiki\'s database.',
      `page_title`: STRING COMMENT 'Title of the page, normalised, with underscores for spaces.',
      `revision_count`: BIGINT COMMENT 'How many revisions the page has; mostly known for deletions only.'
    > COMMENT 'Fields of the page that had other values.',
    `revision`: STRUCT<
      `comment`: STRING COMMENT 'Summary that the editor gave.',
      `content_slots`: MAP<STRING, STRUCT<
        `content_body`: STRING COMMENT 'The content itself; only in streams that were enriched with it.',
        `content_format`: STRING COMMENT 'Media type of the content.',
        `content_model`: STRING COMMENT 'Content model, such as wikitext.',
        `content_sha1`: STRING COMMENT 'SHA-1 of the content.',
        `content_size`: BIGINT COMMENT 'Size of the content in bytes.',
        `origin_rev_id`: BIGINT COMMENT 'Revision that the content was first saved in.',
        `slot_role`: STRING COMMENT 'Role of the slot; the same as its key.'
      >> COMMENT 'Contents of the revision by slot role, such as main.',
      `editor`: STRUCT<
        `edit_count`: BIGINT COMMENT 'How many edits the user had made; absent without an account.',
        `groups`: ARRAY<STRING> COMMENT 'Groups that the user belongs to; absent without an account.',
        `is_bot`: BOOLEAN COMMENT 'Whether the user counts as a bot, by group or by right.',
        `is_system`: BOOLEAN COMMENT 'Whether the user is an internal account that nobody can log in with.',
        `is_temp`: BOOLEAN COMMENT 'Whether the account was made automatically to stand in for an address.',
        `registration_dt`: STRING COMMENT 'When the account was registered, where that is known.',
        `user_central_id`: BIGINT COMMENT 'Number of the user across all wikis.',
        `user_id`: BIGINT COMMENT 'Number of the user within the wiki; absent without an account.',
        `user_text`: STRING COMMENT 'Name of the user, or the address of one who is not logged in.'
      > COMMENT 'Who made the revision.',
      `is_comment_visible`: BOOLEAN COMMENT 'Whether the public may see the summary.',
      `is_content_visible`: BOOLEAN COMMENT 'Whether the public may see the content.',
      `is_editor_visible`: BOOLEAN COMMENT 'Whether the public may see who made the revision.',
      `is_minor_edit`: BOOLEAN COMMENT 'Whether the editor called the edit minor.',
      `rev_dt`: STRING COMMENT 'When the revision was saved.',
      `rev_id`: BIGINT COMMENT 'Number of the revision.',
      `rev_parent_id`: BIGINT COMMENT 'Number of the revision before it; 0 for the first.',
      `rev_sha1`: STRING COMMENT 'SHA-1 over all slots of the revision.',
      `rev_size`: BIGINT COMMENT 'Size of all slots together in bytes.'
    > COMMENT 'The revision that was current before; of an edit, the parent.'
  > COMMENT 'What was before the change; has only what is different.',
  `revision` STRUCT<
    `comment`: STRING COMMENT 'Summary that the editor gave.',
    `content_slots`: MAP<STRING, STRUCT<
      `content_body`: STRING COMMENT 'The content itself; only in streams that were enriched with it.',
      `content_format`: STRING COMMENT 'Media type of the content.',
      `content_model`: STRING COMMENT 'Content model, such as wikitext.',
      `content_sha1`: STRING COMMENT 'SHA-1 of the content.',
      `content_size`: BIGINT COMMENT 'Size of the content in bytes.',
      `origin_rev_id`: BIGINT COMMENT 'Revision that the content was first saved in.',
      `slot_role`: STRING COMMENT 'Role of the slot; the same as its key.'
    >> COMMENT 'Contents of the revision by slot role, such as main.',
    `editor`: STRUCT<
      `edit_count`: BIGINT COMMENT 'How many edits the user had made; absent without an account.',
      `groups`: ARRAY<STRING> COMMENT 'Groups that the user belongs to; absent without an account.',
      `is_bot`: BOOLEAN COMMENT 'Whether the user counts as a bot, by group or by right.',
      `is_system`: BOOLEAN COMMENT 'Whether the user is an internal account that nobody can log in with.',
      `is_temp`: BOOLEAN COMMENT 'Whether the account was made automatically to stand in for an address.',
      `registration_dt`: STRING COMMENT 'When the account was registered, where that is known.',
      `user_central_id`: BIGINT COMMENT 'Number of the user across all wikis.',
      `user_id`: BIGINT COMMENT 'Number of the user within the wiki; absent without an account.',
      `user_text`: STRING COMMENT 'Name of the user, or the address of one who is not logged in.'
    > COMMENT 'Who made the revision.',
    `is_comment_visible`: BOOLEAN COMMENT 'Whether the public may see the summary.',
    `is_content_visible`: BOOLEAN COMMENT 'Whether the public may see the content.',
    `is_editor_visible`: BOOLEAN COMMENT 'Whether the public may see who made the revision.',
    `is_minor_edit`: BOOLEAN COMMENT 'Whether the editor called the edit minor.',
    `rev_dt`: STRING COMMENT 'When the revision was saved.',
    `rev_id`: BIGINT COMMENT 'Number of the revision.',
    `rev_parent_id`: BIGINT COMMENT 'Number of the revision before it; 0 for the first.',
    `rev_sha1`: STRING COMMENT 'SHA-1 over all slots of the revision.',
    `rev_size`: BIGINT COMMENT 'Size of all slots together in bytes.'
  > COMMENT 'The page\'s current revision after the change.',
  `wiki_id` STRING COMMENT 'Name of the wiki, mostly that of its database.'
) USING iceberg COMMENT 'The state of a wiki page changed. The events of one page, in order, are the changelog of a table of pages.';
