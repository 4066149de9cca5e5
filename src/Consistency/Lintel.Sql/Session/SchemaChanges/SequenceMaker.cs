using Lintel.Sql.Catalog;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session.Commands;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>Makes sequences from their options.</summary>
internal static class SequenceMaker
{
    /// <summary>
    /// A sequence of a type with options: start, increment, minvalue, maxvalue, cache, cycle (and their NO forms). 22023
    /// for those that contradict each other.
    /// </summary>
    public static SequenceDescriptor Make(
        uint id, uint storageId, uint schemaId, string name, SqlType type, IEnumerable<OptionSetting> options)
    {
        long? start = null, minimum = null, maximum = null;
        long increment = 1, cache = 1;
        bool cycles = false;
        foreach (OptionSetting option in options)
        {
            switch (option.Name)
            {
                case "start": start = OptionValues.Integer(option); break;
                case "increment": increment = OptionValues.Integer(option); break;
                case "minvalue" when option.Value is not null: minimum = OptionValues.Integer(option); break;
                case "maxvalue" when option.Value is not null: maximum = OptionValues.Integer(option); break;
                case "minvalue" or "maxvalue" or "nominvalue" or "nomaxvalue" or "no_minvalue" or "no_maxvalue": break;
                case "cache": cache = OptionValues.Integer(option); break;
                case "cycle": cycles = OptionValues.Boolean(option); break;
                case "nocycle" or "no_cycle": cycles = false; break;
                case "owned_by" or "sequence_name": break;
                default:
                    throw new SqlException(
                        SqlStates.FeatureNotSupported, $"sequence option {option.Name} is not supported", option.Position);
            }
        }

        (long typeMinimum, long typeMaximum) = type.Kind switch
        {
            SqlKind.Int2 => (short.MinValue, short.MaxValue),
            SqlKind.Int4 => (int.MinValue, int.MaxValue),
            _ => (long.MinValue, long.MaxValue),
        };
        if (increment == 0) throw Bad("INCREMENT must not be zero");
        if (cache < 1) throw Bad($"CACHE ({cache}) must be greater than zero");
        long least = minimum ?? (increment > 0 ? 1 : typeMinimum);
        long greatest = maximum ?? (increment > 0 ? typeMaximum : -1);
        if (least < typeMinimum || greatest > typeMaximum) throw Bad($"MINVALUE or MAXVALUE is out of range for sequence data type {type.DisplayName}");
        if (least >= greatest) throw Bad($"MINVALUE ({least}) must be less than MAXVALUE ({greatest})");
        long first = start ?? (increment > 0 ? least : greatest);
        if (first < least) throw Bad($"START value ({first}) cannot be less than MINVALUE ({least})");
        if (first > greatest) throw Bad($"START value ({first}) cannot be greater than MAXVALUE ({greatest})");
        return new SequenceDescriptor(
            id, schemaId, name, type.TypeOid, first, increment, least, greatest, cache, cycles, storageId);
    }

    private static SqlException Bad(string message) => new(SqlStates.InvalidParameterValue, message);
}
