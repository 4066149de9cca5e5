using NJsonSchema;
using NJsonSchema.Validation;

namespace Lintel.Intent.Specs;

/// <summary>Words one violation of the schema for the person who wrote the spec.</summary>
internal static class SpecFinding
{
    /// <summary>What is wrong, with the names that would be right.</summary>
    public static string Describe(ValidationError error, JsonSchema schema)
    {
        string field = error.Property ?? error.Path ?? "";
        return error.Kind switch
        {
            ValidationErrorKind.NoAdditionalPropertiesAllowed =>
                $"unknown field '{field}'; known are {string.Join(", ", schema.ActualProperties.Keys)}",
            ValidationErrorKind.PropertyRequired => $"field '{field}' is missing",
            ValidationErrorKind.NotInEnumeration =>
                $"'{field}' must be one of {string.Join(", ", error.Schema.ActualSchema.Enumeration)}",
            ValidationErrorKind.PatternMismatch => $"'{field}' must match {error.Schema.ActualSchema.Pattern}",
            ValidationErrorKind.ArrayExpected => $"'{field}' must be a list",
            ValidationErrorKind.StringExpected => $"'{field}' must be text",
            ValidationErrorKind.IntegerExpected => $"'{field}' must be a whole number",
            ValidationErrorKind.BooleanExpected => $"'{field}' must be true or false",
            ValidationErrorKind.ItemsNotUnique => $"'{field}' names something twice",
            ValidationErrorKind.NotAnyOf => $"'{field}' is not a number of bytes such as 512Mi",
            _ => $"'{field}': {error.Kind}",
        };
    }
}
