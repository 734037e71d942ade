namespace Millrace.Schemas.Tests;

public sealed class SqlTableDiffTests
{
    private const string Old = """
        "a": { "type": "string", "description": "It's a." },
        "row": { "type": "object", "properties": { "x": { "type": "integer" } } },
        "list": { "type": "array", "items": { "type": "object", "properties": { "x": { "type": "integer" } } } },
        "Map": { "type": "object", "additionalProperties": { "type": "object", "properties": { "x": { "type": "integer" } } } }
        """;

    private const string Later = """
        "new": { "type": "number", "description": "It's new." },
        "a": { "type": "string", "description": "It's still a." },
        "row": { "type": "object", "properties": { "y": { "type": "string", "description": "It's y." }, "x": { "type": "integer" } } },
        "list": { "type": "array", "items": { "type": "object", "properties": { "x": { "type": "integer" }, "y": { "type": "boolean" } } } },
        "Map": { "type": "object", "additionalProperties": { "type": "object", "properties": { "x": { "type": "integer" }, "Y": { "type": "object", "properties": { "z": { "type": "string" } } } } } }
        """;

    [Fact]
    public void Additions_are_found_within_rows_arrays_and_maps()
    {
        var diff = SqlTableDiff.Between(SqlTables.Of(Old), SqlTables.Of(Later));

        Assert.Equal([".new", ".row.y", ".list[].y", ".Map.*.Y"], diff.Additions.Select(addition => addition.Path.ToString()));
        Assert.Equal(["a"], diff.Recommented.Select(column => column.Name));
    }

    [Fact]
    public void What_is_gone_or_of_another_type_is_refused()
    {
        var old = SqlTables.Of(""" "gone": { "type": "string" }, "text": { "type": "string" }, "row": { "type": "object", "properties": { "x": { "type": "integer" } } }, "list": { "type": "array", "items": { "type": "object", "properties": { "x": { "type": "integer" } } } } """);
        var later = SqlTables.Of(""" "text": { "type": "string", "format": "date-time" }, "row": { "type": "object", "additionalProperties": { "type": "integer" } }, "list": { "type": "array", "items": { "type": "object", "properties": { "x": { "type": "number" } } } } """);

        Assert.Equal(
            [
                ".text: It was a string and is a date-time; a type stays for as long as the table does.",
                ".row: It was an object with properties and is a map; a type stays for as long as the table does.",
                ".list[].x: It was an integer and is a number; a type stays for as long as the table does.",
                ".gone: It was a string and is gone; a field stays for as long as the table does.",
            ],
            SqlTables.Refusals(() => SqlTableDiff.Between(old, later)));
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void The_same_version_needs_no_statement(string dialect) =>
        Assert.Equal("", SqlTables.Alter(dialect, SqlTables.Of(Old), SqlTables.Of(Old)));

    public static TheoryData<string> Dialects => [.. SqlDialect.All.Select(dialect => dialect.Name)];

    [Fact]
    public void Flink_adds_columns_and_writes_changed_ones_anew() => Assert.Equal("""
        ALTER TABLE `mediawiki.page_change.v1` ADD (
          `new` DOUBLE COMMENT 'It''s new.'
        );
        ALTER TABLE `mediawiki.page_change.v1` MODIFY (
          `a` STRING COMMENT 'It''s still a.',
          `row` ROW<
            `y` STRING 'It''s y.',
            `x` BIGINT
          >,
          `list` ARRAY<ROW<
            `x` BIGINT,
            `y` BOOLEAN
          >>,
          `Map` MAP<STRING, ROW<
            `x` BIGINT,
            `Y` ROW<
              `z` STRING
            >
          >>
        );

        """, SqlTables.Alter("flink", SqlTables.Of(Old), SqlTables.Of(Later)));

    [Fact]
    public void Spark_adds_columns_and_fields_by_their_path() => Assert.Equal("""
        ALTER TABLE `mediawiki_page_change_v1` ADD COLUMNS (
          `new` DOUBLE COMMENT 'It\'s new.',
          `row`.`y` STRING COMMENT 'It\'s y.',
          `list`.element.`y` BOOLEAN,
          `map`.value.`Y` STRUCT<
            `z`: STRING
          >
        );
        ALTER TABLE `mediawiki_page_change_v1` ALTER COLUMN `a` COMMENT 'It\'s still a.';

        """, SqlTables.Alter("spark", SqlTables.Of(Old), SqlTables.Of(Later)));

    [Fact]
    public void Hive_adds_columns_and_writes_changed_ones_anew() => Assert.Equal("""
        -- A changed STRUCT is accepted where the metastore has hive.metastore.disallow.incompatible.col.type.changes=false.
        ALTER TABLE `mediawiki_page_change_v1` ADD COLUMNS (
          `new` DOUBLE COMMENT 'It\'s new.'
        );
        ALTER TABLE `mediawiki_page_change_v1` CHANGE COLUMN `a` `a` STRING COMMENT 'It\'s still a.';
        ALTER TABLE `mediawiki_page_change_v1` CHANGE COLUMN `row` `row` STRUCT<
          `y`: STRING,
          `x`: BIGINT
        > COMMENT '';
        ALTER TABLE `mediawiki_page_change_v1` CHANGE COLUMN `list` `list` ARRAY<STRUCT<
          `x`: BIGINT,
          `y`: BOOLEAN
        >> COMMENT '';
        ALTER TABLE `mediawiki_page_change_v1` CHANGE COLUMN `map` `map` MAP<STRING, STRUCT<
          `x`: BIGINT,
          `Y`: STRUCT<
            `z`: STRING
          >
        >> COMMENT '';

        """, SqlTables.Alter("hive", SqlTables.Of(Old), SqlTables.Of(Later)));

    [Fact]
    public void Postgres_adds_columns_and_says_what_its_jsonb_takes_as_it_is() => Assert.Equal("""
        -- .row.y needs no statement: it is within a column of jsonb.
        -- .list[].y needs no statement: it is within a column of jsonb.
        -- .Map.*.Y needs no statement: it is within a column of jsonb.
        ALTER TABLE "mediawiki_page_change_v1" ADD COLUMN "new" double precision;
        COMMENT ON COLUMN "mediawiki_page_change_v1"."new" IS 'It''s new.';
        COMMENT ON COLUMN "mediawiki_page_change_v1"."a" IS 'It''s still a.';

        """, SqlTables.Alter("postgres", SqlTables.Of(Old), SqlTables.Of(Later)));

    [Fact]
    public void Duckdb_adds_columns_and_fields_by_their_path() => Assert.Equal("""
        ALTER TABLE "mediawiki_page_change_v1" ADD COLUMN "new" DOUBLE;
        ALTER TABLE "mediawiki_page_change_v1" ADD COLUMN "row"."y" VARCHAR;
        ALTER TABLE "mediawiki_page_change_v1" ADD COLUMN "list".element."y" BOOLEAN;
        ALTER TABLE "mediawiki_page_change_v1" ADD COLUMN "Map".value."Y" STRUCT(
          "z" VARCHAR
        );
        COMMENT ON COLUMN "mediawiki_page_change_v1"."new" IS 'It''s new.';
        COMMENT ON COLUMN "mediawiki_page_change_v1"."a" IS 'It''s still a.';

        """, SqlTables.Alter("duckdb", SqlTables.Of(Old), SqlTables.Of(Later)));

    [Fact]
    public void A_comment_that_is_gone_is_taken_away()
    {
        var (old, later) = (SqlTables.Of(""" "a": { "type": "string", "description": "A." } """), SqlTables.Of(""" "a": { "type": "string" } """));

        Assert.EndsWith("IS NULL;\n", SqlTables.Alter("postgres", old, later), StringComparison.Ordinal);
        Assert.EndsWith("COMMENT '';\n", SqlTables.Alter("spark", old, later), StringComparison.Ordinal);
        Assert.EndsWith("COMMENT '';\n", SqlTables.Alter("hive", old, later), StringComparison.Ordinal);
    }
}
