CREATE TABLE "mediawiki_page_change_v1" (
  "$schema" text,
  "changelog_kind" text,
  "comment" text,
  "created_redirect_page" jsonb,
  "dt" timestamptz,
  "meta" jsonb,
  "page" jsonb,
  "page_change_kind" text,
  "performer" jsonb,
  "prior_state" jsonb,
  "revision" jsonb,
  "wiki_id" text
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
