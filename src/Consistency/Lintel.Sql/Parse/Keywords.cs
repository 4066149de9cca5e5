using System.Collections.Frozen;

namespace Lintel.Sql.Parse;

/// <summary>What a keyword may still be used for, in PostgreSQL's four classes.</summary>
public enum KeywordClass
{
    /// <summary>Usable as any name.</summary>
    Unreserved,

    /// <summary>Usable as a column or table name, not as a function or type.</summary>
    ColumnName,

    /// <summary>Usable as a function or type, not as a column or table name.</summary>
    FunctionOrType,

    /// <summary>Only usable as a label after AS.</summary>
    Reserved,
}

/// <summary>PostgreSQL 15's keywords, their classes, and whether they may label a column without AS.</summary>
public static class Keywords
{
    private const string UnreservedWords =
        """
        abort absolute access action add admin after aggregate also alter always asensitive assertion assignment
        at atomic attach attribute backward before begin breadth by cache call called cascade cascaded catalog
        chain characteristics checkpoint class close cluster columns comment comments commit committed
        compression configuration conflict connection constraints content continue conversion copy cost csv cube
        current cursor cycle data database day deallocate declare defaults deferred definer delete delimiter
        delimiters depends depth detach dictionary disable discard document domain double drop each enable
        encoding encrypted enum escape event exclude excluding exclusive execute explain expression extension
        external family filter finalize first following force forward function functions generated global
        granted groups handler header hold hour identity if immediate immutable implicit import include
        including increment index indexes inherit inherits inline input insensitive insert instead invoker
        isolation key label language large last leakproof level listen load local location lock locked logged
        mapping match matched materialized maxvalue merge method minute minvalue mode month move name names new
        next nfc nfd nfkc nfkd no normalized nothing notify nowait nulls object of off oids old operator option
        options ordinality others over overriding owned owner parallel parameter parser partial partition
        passing password plans policy preceding prepare prepared preserve prior privileges procedural procedure
        procedures program publication quote range read reassign recheck recursive ref referencing refresh
        reindex relative release rename repeatable replace replica reset restart restrict return returns revoke
        role rollback rollup routine routines rows rule savepoint schema schemas scroll search second security
        sequence sequences serializable server session set sets share show simple skip snapshot sql stable
        standalone start statement statistics stdin stdout storage stored strict strip subscription support
        sysid system tables tablespace temp template temporary text ties transaction transform trigger truncate
        trusted type types uescape unbounded uncommitted unencrypted unknown unlisten unlogged until update
        vacuum valid validate validator value varying version view views volatile whitespace within without work
        wrapper write xml year yes zone
        """;

    private const string ColumnNameWords =
        """
        between bigint bit boolean char character coalesce dec decimal exists extract float greatest grouping
        inout int integer interval least national nchar none normalize nullif numeric out overlay position
        precision real row setof smallint substring time timestamp treat trim values varchar xmlattributes
        xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
        """;

    private const string FunctionOrTypeWords =
        """
        authorization binary collation concurrently cross current_schema freeze full ilike inner is isnull join
        left like natural notnull outer overlaps right similar tablesample verbose
        """;

    private const string ReservedWords =
        """
        all analyse analyze and any array as asc asymmetric both case cast check collate column constraint
        create current_catalog current_date current_role current_time current_timestamp current_user default
        deferrable desc distinct do else end except false fetch for foreign from grant group having in initially
        intersect into lateral leading limit localtime localtimestamp not null offset on only or order placing
        primary references returning select session_user some symmetric table then to trailing true union unique
        user using variadic when where window with
        """;

    private const string NotBareLabels =
        """
        array as char character create day except fetch filter for from grant group having hour intersect into
        isnull limit minute month notnull offset on order over overlaps precision returning second to union
        varying where window with within without year
        """;

    private static readonly FrozenDictionary<string, Keyword> Table = BuildTable();

    private static readonly FrozenDictionary<string, Keyword>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        Table.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>One keyword.</summary>
    /// <param name="Word">Lower case; the same string object for every occurrence.</param>
    /// <param name="Class">Its class.</param>
    /// <param name="IsBareLabel">Whether SELECT x word labels the column.</param>
    public sealed record Keyword(string Word, KeywordClass Class, bool IsBareLabel);

    /// <summary>Finds a keyword by its lower-case spelling; null when it is none.</summary>
    public static Keyword? Find(ReadOnlySpan<char> lowerCase) =>
        BySpan.TryGetValue(lowerCase, out Keyword? keyword) ? keyword : null;

    private static FrozenDictionary<string, Keyword> BuildTable()
    {
        var notBare = Words(NotBareLabels).ToHashSet(StringComparer.Ordinal);
        var table = new Dictionary<string, Keyword>(StringComparer.Ordinal);
        Add(UnreservedWords, KeywordClass.Unreserved);
        Add(ColumnNameWords, KeywordClass.ColumnName);
        Add(FunctionOrTypeWords, KeywordClass.FunctionOrType);
        Add(ReservedWords, KeywordClass.Reserved);
        return table.ToFrozenDictionary(StringComparer.Ordinal);

        void Add(string words, KeywordClass keywordClass)
        {
            foreach (string word in Words(words)) table.Add(word, new Keyword(word, keywordClass, !notBare.Contains(word)));
        }
    }

    private static string[] Words(string text) => text.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
