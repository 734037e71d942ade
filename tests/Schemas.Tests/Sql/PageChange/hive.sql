CREATE TABLE `mediawiki_page_change_v1` (
  `$schema` STRING COMMENT 'The URI of the schema that this event conforms to.',
  `changelog_kind` STRING COMMENT 'What the change does to a table of pages.',
  `comment` STRING COMMENT 'Summary that the performer gave\u003B of an edit, the same as revision.comment.',
  `created_redirect_page` STRUCT<
    `is_redirect`: BOOLEAN,
    `namespace_id`: BIGINT,
    `page_id`: BIGINT,
    `page_title`: STRING,
    `revision_count`: BIGINT
  > COMMENT 'The redirect that a move left at the old title. Its creation is an event of its own.',
  `dt` STRING COMMENT 'When the change happened\u003B set by the producer.',
  `meta` STRUCT<
    `domain`: STRING,
    `dt`: STRING,
    `id`: STRING,
    `request_id`: STRING,
    `stream`: STRING,
    `uri`: STRING
  > COMMENT 'Where the event belongs and how it came in.',
  `page` STRUCT<
    `is_redirect`: BOOLEAN,
    `namespace_id`: BIGINT,
    `page_id`: BIGINT,
    `page_title`: STRING,
    `redirect_page_link`: STRUCT<
      `interwiki_prefix`: STRING,
      `is_redirect`: BOOLEAN,
      `namespace_id`: BIGINT,
      `page_id`: BIGINT,
      `page_title`: STRING
    >,
    `revision_count`: BIGINT
  > COMMENT 'The page after the change.',
  `page_change_kind` STRING COMMENT 'What happened to the page.',
  `performer` STRUCT<
    `edit_count`: BIGINT,
    `groups`: ARRAY<STRING>,
    `is_bot`: BOOLEAN,
    `is_system`: BOOLEAN,
    `is_temp`: BOOLEAN,
    `registration_dt`: STRING,
    `user_central_id`: BIGINT,
    `user_id`: BIGINT,
    `user_text`: STRING
  > COMMENT 'Who made the change\u003B of an edit, the same as revision.editor.',
  `prior_state` STRUCT<
    `page`: STRUCT<
      `is_redirect`: BOOLEAN,
      `namespace_id`: BIGINT,
      `page_id`: BIGINT,
      `page_title`: STRING,
      `revision_count`: BIGINT
    >,
    `revision`: STRUCT<
      `comment`: STRING,
      `content_slots`: MAP<STRING, STRUCT<
        `content_body`: STRING,
        `content_format`: STRING,
        `content_model`: STRING,
        `content_sha1`: STRING,
        `content_size`: BIGINT,
        `origin_rev_id`: BIGINT,
        `slot_role`: STRING
      >>,
      `editor`: STRUCT<
        `edit_count`: BIGINT,
        `groups`: ARRAY<STRING>,
        `is_bot`: BOOLEAN,
        `is_system`: BOOLEAN,
        `is_temp`: BOOLEAN,
        `registration_dt`: STRING,
        `user_central_id`: BIGINT,
        `user_id`: BIGINT,
        `user_text`: STRING
      >,
      `is_comment_visible`: BOOLEAN,
      `is_content_visible`: BOOLEAN,
      `is_editor_visible`: BOOLEAN,
      `is_minor_edit`: BOOLEAN,
      `rev_dt`: STRING,
      `rev_id`: BIGINT,
      `rev_parent_id`: BIGINT,
      `rev_sha1`: STRING,
      `rev_size`: BIGINT
    >
  > COMMENT 'What was before the change\u003B has only what is different.',
  `revision` STRUCT<
    `comment`: STRING,
    `content_slots`: MAP<STRING, STRUCT<
      `content_body`: STRING,
      `content_format`: STRING,
      `content_model`: STRING,
      `content_sha1`: STRING,
      `content_size`: BIGINT,
      `origin_rev_id`: BIGINT,
      `slot_role`: STRING
    >>,
    `editor`: STRUCT<
      `edit_count`: BIGINT,
      `groups`: ARRAY<STRING>,
      `is_bot`: BOOLEAN,
      `is_system`: BOOLEAN,
      `is_temp`: BOOLEAN,
      `registration_dt`: STRING,
      `user_central_id`: BIGINT,
      `user_id`: BIGINT,
      `user_text`: STRING
    >,
    `is_comment_visible`: BOOLEAN,
    `is_content_visible`: BOOLEAN,
    `is_editor_visible`: BOOLEAN,
    `is_minor_edit`: BOOLEAN,
    `rev_dt`: STRING,
    `rev_id`: BIGINT,
    `rev_parent_id`: BIGINT,
    `rev_sha1`: STRING,
    `rev_size`: BIGINT
  > COMMENT 'The page\'s current revision after the change.',
  `wiki_id` STRING COMMENT 'Name of the wiki, mostly that of its database.'
) COMMENT 'The state of a wiki page changed. The events of one page, in order, are the changelog of a table of pages.' STORED AS PARQUET;
