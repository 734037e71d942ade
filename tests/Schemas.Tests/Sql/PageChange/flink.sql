CREATE TABLE `mediawiki.page_change.v1` (
  `$schema` STRING COMMENT 'The URI of the schema that this event conforms to.',
  `changelog_kind` STRING COMMENT 'What the change does to a table of pages.',
  `comment` STRING COMMENT 'Summary that the performer gave; of an edit, the same as revision.comment.',
  `created_redirect_page` ROW<
    `is_redirect` BOOLEAN 'Whether the page is a redirect.',
    `namespace_id` BIGINT 'Number of the namespace that the page is in.',
    `page_id` BIGINT 'Number of the page in the wiki''s database.',
    `page_title` STRING 'Title of the page, normalised, with underscores for spaces.',
    `revision_count` BIGINT 'How many revisions the page has; mostly known for deletions only.'
  > COMMENT 'The redirect that a move left at the old title. Its creation is an event of its own.',
  `dt` TIMESTAMP_LTZ(3) COMMENT 'When the change happened; set by the producer.',
  `meta` ROW<
    `domain` STRING 'Host name of the site that the event is about.',
    `dt` TIMESTAMP_LTZ(3) 'When the event was received.',
    `id` STRING 'Identifies this event; the same event delivered twice has the same id.',
    `request_id` STRING 'Identifies the request that led to the event; several events may share it.',
    `stream` STRING 'The stream that the event is part of.',
    `uri` STRING 'Address of what the event is about.'
  > COMMENT 'Where the event belongs and how it came in.',
  `page` ROW<
    `is_redirect` BOOLEAN 'Whether the page is a redirect.',
    `namespace_id` BIGINT 'Number of the namespace that the page is in.',
    `page_id` BIGINT 'Number of the page in the wiki''s database.',
    `page_title` STRING 'Title of the page, normalised, with underscores for spaces.',
    `redirect_page_link` ROW<
      `interwiki_prefix` STRING 'Prefix of the wiki that the link leads to; absent for a link within the wiki.',
      `is_redirect` BOOLEAN 'Whether the page is a redirect.',
      `namespace_id` BIGINT 'Number of the namespace that the page is in.',
      `page_id` BIGINT 'Number of the page in the wiki''s database.',
      `page_title` STRING 'Title of the page, normalised, with underscores for spaces.'
    > 'What the page redirects to, if it is a redirect.',
    `revision_count` BIGINT 'How many revisions the page has; mostly known for deletions only.'
  > COMMENT 'The page after the change.',
  `page_change_kind` STRING COMMENT 'What happened to the page.',
  `performer` ROW<
    `edit_count` BIGINT 'How many edits the user had made; absent without an account.',
    `groups` ARRAY<STRING> 'Groups that the user belongs to; absent without an account.',
    `is_bot` BOOLEAN 'Whether the user counts as a bot, by group or by right.',
    `is_system` BOOLEAN 'Whether the user is an internal account that nobody can log in with.',
    `is_temp` BOOLEAN 'Whether the account was made automatically to stand in for an address.',
    `registration_dt` TIMESTAMP_LTZ(3) 'When the account was registered, where that is known.',
    `user_central_id` BIGINT 'Number of the user across all wikis.',
    `user_id` BIGINT 'Number of the user within the wiki; absent without an account.',
    `user_text` STRING 'Name of the user, or the address of one who is not logged in.'
  > COMMENT 'Who made the change; of an edit, the same as revision.editor.',
  `prior_state` ROW<
    `page` ROW<
      `is_redirect` BOOLEAN 'Whether the page is a redirect.',
      `namespace_id` BIGINT 'Number of the namespace that the page is in.',
      `page_id` BIGINT 'Number of the page in the wiki''s database.',
      `page_title` STRING 'Title of the page, normalised, with underscores for spaces.',
      `revision_count` BIGINT 'How many revisions the page has; mostly known for deletions only.'
    > 'Fields of the page that had other values.',
    `revision` ROW<
      `comment` STRING 'Summary that the editor gave.',
      `content_slots` MAP<STRING, ROW<
        `content_body` STRING 'The content itself; only in streams that were enriched with it.',
        `content_format` STRING 'Media type of the content.',
        `content_model` STRING 'Content model, such as wikitext.',
        `content_sha1` STRING 'SHA-1 of the content.',
        `content_size` BIGINT 'Size of the content in bytes.',
        `origin_rev_id` BIGINT 'Revision that the content was first saved in.',
        `slot_role` STRING 'Role of the slot; the same as its key.'
      >> 'Contents of the revision by slot role, such as main.',
      `editor` ROW<
        `edit_count` BIGINT 'How many edits the user had made; absent without an account.',
        `groups` ARRAY<STRING> 'Groups that the user belongs to; absent without an account.',
        `is_bot` BOOLEAN 'Whether the user counts as a bot, by group or by right.',
        `is_system` BOOLEAN 'Whether the user is an internal account that nobody can log in with.',
        `is_temp` BOOLEAN 'Whether the account was made automatically to stand in for an address.',
        `registration_dt` TIMESTAMP_LTZ(3) 'When the account was registered, where that is known.',
        `user_central_id` BIGINT 'Number of the user across all wikis.',
        `user_id` BIGINT 'Number of the user within the wiki; absent without an account.',
        `user_text` STRING 'Name of the user, or the address of one who is not logged in.'
      > 'Who made the revision.',
      `is_comment_visible` BOOLEAN 'Whether the public may see the summary.',
      `is_content_visible` BOOLEAN 'Whether the public may see the content.',
      `is_editor_visible` BOOLEAN 'Whether the public may see who made the revision.',
      `is_minor_edit` BOOLEAN 'Whether the editor called the edit minor.',
      `rev_dt` TIMESTAMP_LTZ(3) 'When the revision was saved.',
      `rev_id` BIGINT 'Number of the revision.',
      `rev_parent_id` BIGINT 'Number of the revision before it; 0 for the first.',
      `rev_sha1` STRING 'SHA-1 over all slots of the revision.',
      `rev_size` BIGINT 'Size of all slots together in bytes.'
    > 'The revision that was current before; of an edit, the parent.'
  > COMMENT 'What was before the change; has only what is different.',
  `revision` ROW<
    `comment` STRING 'Summary that the editor gave.',
    `content_slots` MAP<STRING, ROW<
      `content_body` STRING 'The content itself; only in streams that were enriched with it.',
      `content_format` STRING 'Media type of the content.',
      `content_model` STRING 'Content model, such as wikitext.',
      `content_sha1` STRING 'SHA-1 of the content.',
      `content_size` BIGINT 'Size of the content in bytes.',
      `origin_rev_id` BIGINT 'Revision that the content was first saved in.',
      `slot_role` STRING 'Role of the slot; the same as its key.'
    >> 'Contents of the revision by slot role, such as main.',
    `editor` ROW<
      `edit_count` BIGINT 'How many edits the user had made; absent without an account.',
      `groups` ARRAY<STRING> 'Groups that the user belongs to; absent without an account.',
      `is_bot` BOOLEAN 'Whether the user counts as a bot, by group or by right.',
      `is_system` BOOLEAN 'Whether the user is an internal account that nobody can log in with.',
      `is_temp` BOOLEAN 'Whether the account was made automatically to stand in for an address.',
      `registration_dt` TIMESTAMP_LTZ(3) 'When the account was registered, where that is known.',
      `user_central_id` BIGINT 'Number of the user across all wikis.',
      `user_id` BIGINT 'Number of the user within the wiki; absent without an account.',
      `user_text` STRING 'Name of the user, or the address of one who is not logged in.'
    > 'Who made the revision.',
    `is_comment_visible` BOOLEAN 'Whether the public may see the summary.',
    `is_content_visible` BOOLEAN 'Whether the public may see the content.',
    `is_editor_visible` BOOLEAN 'Whether the public may see who made the revision.',
    `is_minor_edit` BOOLEAN 'Whether the editor called the edit minor.',
    `rev_dt` TIMESTAMP_LTZ(3) 'When the revision was saved.',
    `rev_id` BIGINT 'Number of the revision.',
    `rev_parent_id` BIGINT 'Number of the revision before it; 0 for the first.',
    `rev_sha1` STRING 'SHA-1 over all slots of the revision.',
    `rev_size` BIGINT 'Size of all slots together in bytes.'
  > COMMENT 'The page''s current revision after the change.',
  `wiki_id` STRING COMMENT 'Name of the wiki, mostly that of its database.',
  `kafka_timestamp` TIMESTAMP_LTZ(3) NOT NULL METADATA FROM 'timestamp' VIRTUAL,
  WATERMARK FOR `kafka_timestamp` AS `kafka_timestamp` - INTERVAL '10' SECOND
) COMMENT 'The state of a wiki page changed. The events of one page, in order, are the changelog of a table of pages.' WITH (
  'connector' = 'kafka',
  'topic' = 'mediawiki.page_change.v1',
  'properties.bootstrap.servers' = 'HOST:PORT',
  'properties.isolation.level' = 'read_committed',
  'properties.auto.offset.reset' = 'latest',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);
