using System.Globalization;
using Lintel.Sql.Parse;

namespace Lintel.Sql.Types;

/// <summary>The reg* types as text: names of catalog objects, or their numbers.</summary>
internal static class ObjectText
{
    /// <summary>Whether the kind is one of the reg* types.</summary>
    public static bool Covers(SqlKind kind) =>
        kind is SqlKind.Regclass or SqlKind.Regtype or SqlKind.Regproc or SqlKind.Regnamespace or SqlKind.Regrole
            or SqlKind.Regprocedure or SqlKind.Regoper;

    /// <summary>Reads a name or a number; "-" is 0.</summary>
    public static uint Parse(ReadOnlySpan<char> text, SqlKind kind, TypeContext context)
    {
        if (text is "-" || (kind == SqlKind.Regoper && text is "0")) return 0;
        if (!text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9')) return (uint)ScalarText.ParseOid(text, "oid");
        string name = text.ToString();
        if (kind == SqlKind.Regtype) return TypeNames.Resolve(SqlParser.ParseTypeName(name)).TypeOid;
        return context.Names?.Find(kind, name)
            ?? throw new SqlException(
                SqlStates.FeatureNotSupported, $"names of type {TypeRegistry.Of(kind).DisplayName} are not known here");
    }

    /// <summary>The name, or the number when nothing has that oid.</summary>
    public static string Print(uint oid, SqlKind kind, TypeContext context)
    {
        if (oid == 0) return kind == SqlKind.Regoper ? "0" : "-";
        if (kind == SqlKind.Regtype && TypeRegistry.TryFindOid(oid, out SqlType type)) return type.DisplayName;
        return context.Names?.NameOf(kind, oid) ?? oid.ToString(CultureInfo.InvariantCulture);
    }
}
