using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Types;

/// <summary>Type names as the parser reads them, brought to types.</summary>
public static class TypeNames
{
    /// <summary>
    /// The type that a name denotes, modifier included. Throws 42704 for an unknown name, 22023 and 42601 for a modifier
    /// the type does not take, 0A000 for what Lintel does not have.
    /// </summary>
    public static SqlType Resolve(TypeName name) => throw new NotSupportedException();
}
