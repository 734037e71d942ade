using System.Text;

namespace Millrace.Schemas.Tests;

public sealed class SqlTableTests
{
    [Fact]
    public void Types_follow_the_schema_in_its_order()
    {
        var table = SqlTables.Of("""
            "z": { "type": "string" }, "b": { "type": "boolean" }, "i": { "type": ["integer"] }, "n": { "type": "number" },
            "t": { "type": "string", "format": "date-time" }, "u": { "type": "string", "format": "uri" },
            "a": { "type": "array", "items": { "type": "array", "items": { "type": "integer" } } },
            "m": { "type": "object", "additionalProperties": { "type": "number" } },
            "r": { "type": "object", "additionalProperties": false, "properties": { "y": { "type": "string" }, "x": { "type": "boolean" } } }
            """);

        Assert.Equal(["z", "b", "i", "n", "t", "u", "a", "m", "r"], table.Columns.Select(column => column.Name));
        Assert.Equal(
            [SqlScalar.Text, SqlScalar.Boolean, SqlScalar.WholeNumber, SqlScalar.Number, SqlScalar.Timestamp, SqlScalar.Text],
            table.Columns.Take(6).Select(column => ((SqlType.Scalar)column.Type).Kind));
        Assert.Equal(new SqlType.Array(new SqlType.Array(new SqlType.Scalar(SqlScalar.WholeNumber))), table.Columns[6].Type);
        Assert.Equal(new SqlType.Map(new SqlType.Scalar(SqlScalar.Number)), table.Columns[7].Type);
        Assert.Equal(["y", "x"], ((SqlType.Row)table.Columns[8].Type).Fields.Select(field => field.Name));
    }

    [Fact]
    public void Properties_that_a_map_declares_do_not_count()
    {
        var table = SqlTables.Of(""" "m": { "type": "object", "properties": { "main": { "type": "object" } }, "additionalProperties": { "type": "integer" } } """);

        Assert.Equal(new SqlType.Map(new SqlType.Scalar(SqlScalar.WholeNumber)), table.Columns[0].Type);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("true")]
    [InlineData("""{ "minLength": 1 }""")]
    public void Additional_properties_without_a_type_leave_a_row(string additional) =>
        Assert.IsType<SqlType.Row>(SqlTables.Of($$""" "r": { "type": "object", "properties": { "a": { "type": "string" } }, "additionalProperties": {{additional}} } """).Columns[0].Type);

    [Fact]
    public void A_description_becomes_a_comment_on_one_line()
    {
        var table = SqlTables.OfSchema("""{ "type": "object", "description": " The\n  table.\u0000 ", "properties": { "a": { "type": "string", "description": "one\r\n\ttwo" }, "b": { "type": "string", "description": " " } } }""");

        Assert.Equal("The table.", table.Comment);
        Assert.Equal(["one two", null], table.Columns.Select(column => column.Comment));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told()
    {
        var refusals = SqlTables.RefusalsOf("""
            "union": { "type": ["string", "null"] },
            "bare": { "type": "object" },
            "empty": { "type": "object", "properties": {} },
            "untyped": { "description": "?" },
            "never": false,
            "nothing": { "type": "null" },
            "items": { "type": "array" },
            "tuple": { "type": "array", "items": [{ "type": "string" }] },
            "anyitems": { "type": "array", "items": true },
            "patterns": { "type": "object", "properties": { "a": { "type": "string" } }, "patternProperties": { "^b": { "type": "string" } } },
            "deep": { "type": "object", "properties": { "list": { "type": "array", "items": { "type": "object", "additionalProperties": { "type": ["integer", "string"] } } } } },
            "": { "type": "string" },
            "a\nb": { "type": "string" },
            "fine": { "type": "string" }
            """);

        Assert.Equal(
            [
                ".union: The union type of string, null has no column type; one type is allowed.",
                ".bare: The object has neither properties nor additionalProperties with a type.",
                ".empty: The object has neither properties nor additionalProperties with a type.",
                ".untyped: The schema has no type.",
                ".never: The schema is false, which has no type.",
                ".nothing: The type null has no column type.",
                ".items: The array's items have no type.",
                ".tuple: The array's items have a schema each; one schema for all of them is allowed.",
                ".anyitems: The array's items have no type.",
                ".patterns: patternProperties have no column type; allowed are properties, or additionalProperties with a type.",
                ".deep.list[].*: The union type of integer, string has no column type; one type is allowed.",
                ".: The property's name is empty or has control characters, which no column's name may.",
                """.a\nb: The property's name is empty or has control characters, which no column's name may.""",
            ],
            refusals);
    }

    [Theory]
    [InlineData("allOf", """[{ "properties": { "b": { "type": "string" } } }]""")]
    [InlineData("oneOf", """[{ "required": ["a"] }, { "items": { "type": "string" } }]""")]
    [InlineData("anyOf", """[{ "allOf": [{ "required": ["a"] }] }]""")]
    [InlineData("then", """{ "properties": { "b": { "type": "string" } } }""")]
    [InlineData("dependencies", """{ "a": { "properties": { "b": { "type": "string" } } } }""")]
    public void Schemas_within_a_schema_must_not_declare(string keyword, string schemas) =>
        Assert.Equal(
            [$".: {keyword} declares types or properties; allowed are types and properties of the schema itself."],
            SqlTables.Refusals(() => SqlTables.OfSchema($$"""{ "type": "object", "properties": { "a": { "type": "string" } }, "{{keyword}}": {{schemas}} }""")));

    [Theory]
    [InlineData("anyOf", """[{ "required": ["a"] }, { "required": ["b"] }]""")]
    [InlineData("anyOf", """[{ "not": { "type": "string" } }]""")]
    [InlineData("not", """{ "type": "array" }""")]
    [InlineData("if", """{ "properties": { "a": { "const": "x" } } }""")]
    [InlineData("then", """{ "required": ["a"] }""")]
    [InlineData("dependencies", """{ "a": ["b"], "type": { "required": ["c"] } }""")]
    public void Schemas_within_a_schema_may_narrow(string keyword, string schemas) =>
        Assert.Single(SqlTables.OfSchema($$"""{ "type": "object", "properties": { "a": { "type": "string" } }, "{{keyword}}": {{schemas}} }""").Columns);

    [Theory]
    [InlineData("""{ "type": "object", "additionalProperties": { "type": "string" } }""", "a map")]
    [InlineData("""{ "type": "string" }""", "a string")]
    public void The_root_must_have_columns(string schema, string found) =>
        Assert.Equal([$".: The events are {found}; a table needs an object with properties, for its columns."], SqlTables.Refusals(() => SqlTables.OfSchema(schema)));

    [Fact]
    public void References_are_followed_in_the_document_and_in_the_repository()
    {
        using var repository = new TemporaryRepository()
            .With("part/1.0.0.yaml", "$id: /part/1.0.0\ntype: object\ndescription: A part.\nproperties: {id: {$ref: '#/definitions/id'}}\ndefinitions: {id: {type: integer}}")
            .With("test/1.0.0.json", """
                { "$id": "/test/1.0.0", "type": "object", "properties": {
                  "one": { "$ref": "/part/1.0.0" }, "two": { "$ref": "../part/1.0.0#/properties/id" }, "three": { "$ref": "#/definitions/a~1b" }, "four": { "$ref": "/part/1.0.0#" } },
                  "definitions": { "a/b": { "type": "string" } } }
                """);

        var columns = SqlTable.Read(repository.Open(), "/test/1.0.0").Columns;

        Assert.Equal(["A part.", null, null, "A part."], columns.Select(column => column.Comment));
        Assert.Equal(SqlScalar.WholeNumber, ((SqlType.Scalar)((SqlType.Row)columns[0].Type).Fields.Single().Type).Kind);
        Assert.Equal(new SqlType.Scalar(SqlScalar.WholeNumber), columns[1].Type);
        Assert.Equal(new SqlType.Scalar(SqlScalar.Text), columns[2].Type);
        Assert.IsType<SqlType.Row>(columns[3].Type);
    }

    [Fact]
    public void A_schema_that_contains_itself_is_refused() =>
        Assert.Equal(
            [".tree.children[].children[]: The $ref '#/definitions/node' leads back to a schema around it; a column cannot contain itself."],
            SqlTables.Refusals(() => SqlTables.OfSchema("""
                { "type": "object", "properties": { "tree": { "type": "object", "properties": { "children": { "type": "array", "items": { "$ref": "#/definitions/node" } } } } },
                  "definitions": { "node": { "type": "object", "properties": { "children": { "type": "array", "items": { "$ref": "#/definitions/node" } } } } } }
                """)));

    [Fact]
    public void The_same_reference_twice_is_no_circle() =>
        Assert.Equal(2, SqlTables.OfSchema("""
            { "type": "object", "properties": { "a": { "$ref": "#/definitions/x" }, "b": { "$ref": "#/definitions/x" } }, "definitions": { "x": { "type": "string" } } }
            """).Columns.Count);

    [Fact]
    public void References_that_multiply_without_end_are_refused()
    {
        var definitions = new StringBuilder("\"d0\": { \"type\": \"string\" }");
        for (var level = 1; level <= 20; level++)
        {
            definitions.Append($$""", "d{{level}}": { "type": "object", "properties": { "a": { "$ref": "#/definitions/d{{level - 1}}" }, "b": { "$ref": "#/definitions/d{{level - 1}}" } } }""");
        }

        var refusals = SqlTables.Refusals(() => SqlTables.OfSchema($$"""{ "type": "object", "properties": { "x": { "$ref": "#/definitions/d20" } }, "definitions": { {{definitions}} } }"""));

        Assert.EndsWith("exceeds 10000 types; no more are allowed.", Assert.Single(refusals), StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_nested_too_deeply_is_refused()
    {
        var definitions = string.Join(", ", Enumerable.Range(1, 100).Select(level => $$""" "d{{level}}": { "type": "array", "items": { "$ref": "#/definitions/d{{level - 1}}" } } """));

        var refusals = SqlTables.Refusals(() => SqlTables.OfSchema($$"""{ "type": "object", "properties": { "x": { "$ref": "#/definitions/d100" } }, "definitions": { "d0": { "type": "string" }, {{definitions}} } }"""));

        Assert.EndsWith("[]: The schema is nested deeper than 64.", Assert.Single(refusals), StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_is_not_there_is_an_error()
    {
        using var repository = new TemporaryRepository();

        Assert.Contains("/test/1.0.0", Assert.Throws<SchemaException>(() => SqlTable.Read(repository.Open(), "/test/1.0.0")).Message, StringComparison.Ordinal);
    }
}
