CREATE TABLE "mediawiki_page_change_v1" (
  "$schema" VARCHAR,
  "changelog_kind" VARCHAR,
  "comment" VARCHAR,
  "created_redirect_page" STRUCT(
    "is_redirect" BOOLEAN,
    "namespace_id" BIGINT,
    "page_id" BIGINT,
    "page_title" VARCHAR,
    "revision_count" BIGINT
  ),
  "dt" TIMESTAMPTZ,
  "meta" STRUCT(
    "domain" VARCHAR,
    "dt" TIMESTAMPTZ,
    "id" VARCHAR,
    "request_id" VARCHAR,
    "stream" VARCHAR,
    "uri" VARCHAR
  ),
  "page" STRUCT(
    "is_redirect" BOOLEAN,
    "namespace_id" BIGINT,
    "page_id" BIGINT,
    "page_title" VARCHAR,
    "redirect_page_link" STRUCT(
      "interwiki_prefix" VARCHAR,
      "is_redirect" BOOLEAN,
      "namespace_id" BIGINT,
      "page_id" BIGINT,
      "page_title" VARCHAR
    ),
    "revision_count" BIGINT
  ),
  "page_change_kind" VARCHAR,
  "performer" STRUCT(
    "edit_count" BIGINT,
    "groups" VARCHAR[],
    "is_bot" BOOLEAN,
    "is_system" BOOLEAN,
    "is_temp" BOOLEAN,
    "registration_dt" TIMESTAMPTZ,
    "user_central_id" BIGINT,
    "user_id" BIGINT,
    "user_text" VARCHAR
  ),
  "prior_state" STRUCT(
    "page" STRUCT(
      "is_redirect" BOOLEAN,
      "namespace_id" BIGINT,
      "page_id" BIGINT,
      "page_title" VARCHAR,
      "revision_count" BIGINT
    ),
    "revision" STRUCT(
      "comment" VARCHAR,
      "content_slots" MAP(VARCHAR, STRUCT(
        "content_body" VARCHAR,
        "content_format" VARCHAR,
        "content_model" VARCHAR,
        "content_sha1" VARCHAR,
        "content_size" BIGINT,
        "origin_rev_id" BIGINT,
        "slot_role" VARCHAR
      )),
      "editor" STRUCT(
        "edit_count" BIGINT,
        "groups" VARCHAR[],
        "is_bot" BOOLEAN,
        "is_system" BOOLEAN,
        "is_temp" BOOLEAN,
        "registration_dt" TIMESTAMPTZ,
        "user_central_id" BIGINT,
        "user_id" BIGINT,
        "user_text" VARCHAR
      ),
      "is_comment_visible" BOOLEAN,
      "is_content_visible" BOOLEAN,
      "is_editor_visible" BOOLEAN,
      "is_minor_edit" BOOLEAN,
      "rev_dt" TIMESTAMPTZ,
      "rev_id" BIGINT,
      "rev_parent_id" BIGINT,
      "rev_sha1" VARCHAR,
      "rev_size" BIGINT
    )
  ),
  "revision" STRUCT(
    "comment" VARCHAR,
    "content_slots" MAP(VARCHAR, STRUCT(
      "content_body" VARCHAR,
      "content_format" VARCHAR,
      "content_model" VARCHAR,
      "content_sha1" VARCHAR,
      "content_size" BIGINT,
      "origin_rev_id" BIGINT,
      "slot_role" VARCHAR
    )),
    "editor" STRUCT(
      "edit_count" BIGINT,
      "groups" VARCHAR[],
      "is_bot" BOOLEAN,
      "is_system" BOOLEAN,
      "is_temp" BOOLEAN,
      "registration_dt" TIMESTAMPTZ,
      "user_central_id" BIGINT,
      "user_id" BIGINT,
      "user_text" VARCHAR
    ),
    "is_comment_visible" BOOLEAN,
    "is_content_visible" BOOLEAN,
    "is_editor_visible" BOOLEAN,
    "is_minor_edit" BOOLEAN,
    "rev_dt" TIMESTAMPTZ,
    "rev_id" BIGINT,
    "rev_parent_id" BIGINT,
    "rev_sha1" VARCHAR,
    "rev_size" BIGINT
  ),
  "wiki_id" VARCHAR
);
COMMENT ON TABLE "mediawiki_page_change_v1" IS 'The state of a wiki page changed. The events of one page, in order, are the changelog of a table of pages.';
COMMENT ON COLUMN "mediawiki_page_change_v1"."$schema" IS 'The URI of the schema that this event conforms to.';
COMMENT ON COLUMN "mediawiki_page_change_v1"."changelog_kind" IS 'What the change does to a table of pages.';
COMMENT ON COLUMN "mediawiki_page_change_v1"."comment" IS 'Summary that the performer gave; of an edit, the same as revision.comment.';
COMMENT ON COLUMN "mediawiki_page_change_v1"."created_redirect_page" IS 'The redirect that a move left at the old title. Its creation is an event of its own.';
COMMENT ON COLUMN "mediawiki_page_change_v1"."dt" IS 'When the change happened; set by the producer.';
COMMENT ON COLUMN "mediawiki_page_change_v1"."meta" IS 'Where the event belongs and how it came in.';
COMMENT ON COLUMN "mediawiki_page_change_v1"."page" IS 'The page after the change.';
COMMENT ON COLUMN "mediawiki_page_change_v1"."page_change_kind" IS 'What happened to the page.';
COMMENT ON COLUMN "mediawiki_page_change_v1"."performer" IS 'Who made the change; of an edit, the same as revision.editor.';
COMMENT ON COLUMN "mediawiki_page_change_v1"."prior_state" IS 'What was before the change; has only what is different.';
COMMENT ON COLUMN "mediawiki_page_change_v1"."revision" IS 'The page''s current revision after the change.';
COMMENT ON COLUMN "mediawiki_page_change_v1"."wiki_id" IS 'Name of the wiki, mostly that of its database.';
