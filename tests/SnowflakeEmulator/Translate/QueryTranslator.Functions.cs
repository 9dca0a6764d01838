using System.Text;

namespace CustomerTrack.SnowflakeEmulator;

/// <content>Expressions: names, functions, windows.</content>
internal sealed partial class QueryTranslator
{
    private string ColumnOrFunction()
    {
        var parts = new List<string> { reader.Identifier() };
        while (reader.IsSymbol(".") && reader.Ahead(1).Kind is TokenKind.Word or TokenKind.Quoted)
        {
            reader.Take();
            parts.Add(reader.Identifier());
        }
        if (reader.IsSymbol("(") && parts.Count == 1)
            return Function(parts[0]);
        if (reader.IsSymbol("("))
            throw SqlException.NotEmulated($"the function {string.Join('.', parts)}");
        if (parts.Count == 1 && Parameters.TryGetValue(parts[0], out var parameter))
            return parameter;
        if (parts.Count == 1 && BareVariables)
        {
            return context.Variables is { } variables && variables.TryGetValue(parts[0], out var literal)
                ? literal
                : throw new SqlException("000904", "42000", $"SQL compilation error:\ninvalid identifier '{parts[0]}'");
        }
        return string.Join('.', parts.TakeLast(2).Select(DuckName.Quote));
    }

    private string Function(string name)
    {
        reader.ExpectSymbol("(");
        var distinct = Functions.IsAggregate(name) && reader.TryTake("DISTINCT") ? "DISTINCT " : "";
        if (name == "EXTRACT")
            return Extract();
        var arguments = new List<string>();
        if (name == "COUNT" && reader.TrySymbol("*"))
            arguments.Add("*");
        else
        {
            while (!reader.IsSymbol(")"))
            {
                arguments.Add(arguments.Count == 0 && TakesPart(name) ? DuckName.Text(Functions.DatePart(reader.Current.Kind == TokenKind.Text ? reader.Text() : reader.Word())) : Expression());
                if (!reader.TrySymbol(","))
                    break;
            }
        }
        if (reader.Is("IGNORE", "NULLS") || reader.Is("RESPECT", "NULLS"))
            throw SqlException.NotEmulated("IGNORE NULLS");
        reader.ExpectSymbol(")");
        if (distinct.Length > 0)
            arguments[0] = distinct + arguments[0];
        if (name == "LISTAGG")
            return Over(ListAggregate(arguments));
        var sql = Dates(name, arguments) ?? SessionFunctions.Emit(name, arguments, context, references) ?? Functions.Emit(name, arguments);
        if (!Functions.IsAggregate(name) && !Functions.IsWindowOnly(name))
            return sql;
        if (Functions.IsWindowOnly(name) && !reader.Is("OVER"))
            throw SqlException.Invalid($"Window function type [{name}] requires OVER clause in the function.");
        return Over(sql);
    }

    private static bool TakesPart(string name) => name is "DATEADD" or "TIMESTAMPADD" or "DATEDIFF" or "TIMESTAMPDIFF" or "DATE_TRUNC" or "DATE_PART";

    private static string? Dates(string name, List<string> arguments)
    {
        var expected = name switch { "DATEADD" or "TIMESTAMPADD" or "DATEDIFF" or "TIMESTAMPDIFF" => 3, "DATE_TRUNC" or "DATE_PART" => 2, _ => 0 };
        if (expected > 0 && arguments.Count != expected)
            throw new SqlException("000938", "22023", $"SQL compilation error:\nwrong number of arguments for function [{name}], expected {expected}, got {arguments.Count}");
        switch (name)
        {
            case "DATEADD" or "TIMESTAMPADD":
                return $"({arguments[2]} + CAST({arguments[1]} AS BIGINT) * INTERVAL '1 {arguments[0].Trim('\'')}')";
            case "DATEDIFF" or "TIMESTAMPDIFF":
                return $"date_diff({arguments[0]}, {arguments[1]}, {arguments[2]})";
            case "DATE_TRUNC":
                return $"date_trunc({arguments[0]}, {arguments[1]})";
            case "DATE_PART":
                return $"date_part({arguments[0]}, {arguments[1]})";
            case "CONVERT_TIMEZONE" when arguments.Count == 2:
                return $"{Zoned}timezone({arguments[0]}, CAST({arguments[1]} AS TIMESTAMPTZ))";
            case "CONVERT_TIMEZONE" when arguments.Count == 3:
                return $"timezone({arguments[1]}, timezone({arguments[0]}, CAST({arguments[2]} AS TIMESTAMP)))";
            default:
                return null;
        }
    }

    private string Extract()
    {
        var part = Functions.DatePart(reader.Word());
        reader.Expect("FROM");
        var value = Expression();
        reader.ExpectSymbol(")");
        return $"date_part('{part}', {value})";
    }

    private string ListAggregate(List<string> arguments)
    {
        var separator = arguments.Count > 1 ? arguments[1] : "''";
        var order = "";
        if (reader.TryTake("WITHIN", "GROUP"))
        {
            reader.ExpectSymbol("(");
            reader.Expect("ORDER", "BY");
            order = $" ORDER BY {OrderItems()}";
            reader.ExpectSymbol(")");
        }
        return $"coalesce(string_agg({arguments[0]}, {separator}{order}), '')";
    }

    private string Over(string function)
    {
        if (!reader.TryTake("OVER"))
            return function;
        reader.ExpectSymbol("(");
        var sql = new StringBuilder($"{function} OVER (");
        if (reader.TryTake("PARTITION", "BY"))
            sql.Append("PARTITION BY ").Append(ExpressionList()).Append(' ');
        if (reader.TryTake("ORDER", "BY"))
            sql.Append("ORDER BY ").Append(OrderItems()).Append(' ');
        if (reader.Is("ROWS") || reader.Is("RANGE"))
            sql.Append(Frame());
        reader.ExpectSymbol(")");
        return sql.Append(')').ToString();
    }

    private string Frame()
    {
        var kind = reader.Word();
        if (!reader.TryTake("BETWEEN"))
            return $"{kind} {FrameBound()}";
        var from = FrameBound();
        reader.Expect("AND");
        return $"{kind} BETWEEN {from} AND {FrameBound()}";
    }

    private string FrameBound()
    {
        if (reader.TryTake("CURRENT", "ROW"))
            return "CURRENT ROW";
        var what = reader.TryTake("UNBOUNDED") ? "UNBOUNDED" : Primary();
        return reader.Is("PRECEDING") || reader.Is("FOLLOWING") ? $"{what} {reader.Take().Text}" : throw reader.Unexpected();
    }
}
