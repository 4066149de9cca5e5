namespace Lintel.Sql.Types;

/// <summary>pg_type.typcategory: overload resolution prefers operators within a category.</summary>
public enum TypeCategory
{
    /// <summary>X: unknown.</summary>
    Unknown,

    /// <summary>B.</summary>
    Boolean,

    /// <summary>N, with oid and its kin.</summary>
    Numeric,

    /// <summary>S.</summary>
    String,

    /// <summary>D: dates and times.</summary>
    DateTime,

    /// <summary>T: interval.</summary>
    TimeSpan,

    /// <summary>U: bytea, uuid, json.</summary>
    UserDefined,

    /// <summary>A: arrays.</summary>
    Array,

    /// <summary>P: void, record.</summary>
    Pseudo,

    /// <summary>Z: "char" and other internals.</summary>
    Internal,
}
