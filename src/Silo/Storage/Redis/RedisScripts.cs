namespace CustomerTrack.Storage;

/// <summary>
/// What has to happen at once, as scripts. The first key of each is the service's meta hash and the first argument the id of the states that it was
/// opened with; with another id, or none, nothing is done and the answer is 'id'. An answer is a list of strings that starts with what became of the call.
/// </summary>
internal static class RedisScripts
{
    public const string Done = "done";

    /// <summary>The states have another id, or are gone.</summary>
    public const string OtherId = "id";

    /// <summary>The shard has another epoch, which follows.</summary>
    public const string OtherEpoch = "epoch";

    /// <summary>A landing file is not the writer's; its number follows.</summary>
    public const string OtherOwner = "claim";

    /// <summary>The shard has another version, which follows.</summary>
    public const string OtherVersion = "version";

    /// <summary>The shard is older than it was seen before; its epoch and version follow.</summary>
    public const string WentBack = "back";

    /// <summary>The owner's files were taken over.</summary>
    public const string DeadOwner = "dead";

    /// <summary>Somebody else has it.</summary>
    public const string Refused = "refused";

    /// <summary>Another process works with the states; what it says of itself follows.</summary>
    public const string Living = "living";

    /// <summary>
    /// KEYS meta, processes. ARGV a new id, format, shards, the process. Answers with id, format and shards of what there is now. Has no id to check yet. The process
    /// counts as living from here on, so that no rebuild begins between its opening and its first beat; while one is under way it is refused.
    /// </summary>
    public const string Open = Now + """
        if redis.call('EXISTS', KEYS[1]) == 0 then
          redis.call('HSET', KEYS[1], 'id', ARGV[1], 'format', ARGV[2], 'shards', ARGV[3])
        end
        local meta = redis.call('HMGET', KEYS[1], 'id', 'format', 'shards')
        if redis.call('HEXISTS', KEYS[1], 'kept') == 0 then redis.call('ZADD', KEYS[2], string.format('%.0f', now), ARGV[4]) end
        return {meta[1] or '', meta[2] or '', meta[3] or ''}
        """;

    /// <summary>
    /// KEYS meta, fence. ARGV id, highest epoch and version that the caller has seen. Answers with the new epoch and the version. An epoch is at least the
    /// time: states that went back in time do not give the same one twice.
    /// </summary>
    public const string Acquire = CheckId + """
        local epoch = tonumber(redis.call('HGET', KEYS[2], 'epoch') or '0')
        local version = redis.call('HGET', KEYS[2], 'version') or '0'
        if epoch < tonumber(ARGV[2]) or tonumber(version) < tonumber(ARGV[3]) then
          return {'back', string.format('%.0f', epoch), version}
        end
        local time = redis.call('TIME')
        local text = string.format('%.0f', math.max(epoch + 1, time[1] * 1000000 + time[2]))
        redis.call('HSET', KEYS[2], 'epoch', text, 'version', version)
        return {'done', text, version}
        """;

    /// <summary>
    /// KEYS meta, fence, states, owners of files. ARGV id, epoch, version, owner, number of files, the files, then keys and states in turn. Answers with the new
    /// version. Once its first command has run, Redis refuses no other of the same script, for lack of memory or whatever: all of it is written, or nothing.
    /// </summary>
    public const string Write = CheckId + """
        local fence = redis.call('HMGET', KEYS[2], 'epoch', 'version')
        if fence[1] ~= ARGV[2] then return {'epoch', fence[1] or '0'} end
        local first = 6 + tonumber(ARGV[5])
        for i = 6, first - 1 do
          if redis.call('HGET', KEYS[4], ARGV[i]) ~= ARGV[4] then return {'claim', ARGV[i]} end
        end
        if fence[2] ~= ARGV[3] then return {'version', fence[2] or '0'} end
        local version = redis.call('HINCRBY', KEYS[2], 'version', 1)
        for i = first, #ARGV, 4000 do
          redis.call('HSET', KEYS[3], unpack(ARGV, i, math.min(i + 3999, #ARGV)))
        end
        return {'done', string.format('%.0f', version)}
        """;

    /// <summary>KEYS meta, names. ARGV id, number, name.</summary>
    public const string PutFileName = CheckId + """
        redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
        return {'done'}
        """;

    /// <summary>
    /// KEYS meta, open files, owners, dead owners, asked. ARGV id, owner, count, which of the caller's questions it is. Answers with the first number.
    /// A question that was answered, or that has been followed by another, changes nothing.
    /// </summary>
    public const string OpenFiles = CheckId + """
        if redis.call('SISMEMBER', KEYS[4], ARGV[2]) == 1 then return {'dead'} end
        local asked = redis.call('HMGET', KEYS[5], 'question', 'first')
        if asked[1] and tonumber(asked[1]) >= tonumber(ARGV[4]) then return {'done', asked[2]} end
        local time = redis.call('TIME')
        local last = tonumber(redis.call('HGET', KEYS[1], 'last') or '0')
        local first = math.max(time[1] * 1000000 + time[2], last + 1)
        local count = tonumber(ARGV[3])
        for i = first, first + count - 1 do
          local number = string.format('%.0f', i)
          redis.call('ZADD', KEYS[2], number, number)
          redis.call('HSET', KEYS[3], number, ARGV[2])
        end
        local text = string.format('%.0f', first)
        redis.call('HSET', KEYS[1], 'last', string.format('%.0f', first + count - 1))
        redis.call('HSET', KEYS[5], 'question', ARGV[4], 'first', text)
        redis.call('EXPIRE', KEYS[5], 86400)
        return {'done', text}
        """;

    /// <summary>KEYS meta, owners, dead owners. ARGV id, number, the owner until now, the new owner.</summary>
    public const string TakeOver = CheckId + """
        if ARGV[3] ~= ARGV[4] then redis.call('SADD', KEYS[3], ARGV[3]) end
        local owner = redis.call('HGET', KEYS[2], ARGV[2])
        if owner ~= ARGV[3] and owner ~= ARGV[4] then return {'refused'} end
        if owner ~= ARGV[4] then redis.call('HSET', KEYS[2], ARGV[2], ARGV[4]) end
        return {'done'}
        """;

    /// <summary>KEYS meta, open files, owners. ARGV id, owner, the numbers.</summary>
    public const string CloseFiles = CheckId + """
        for i = 3, #ARGV do
          if redis.call('HGET', KEYS[3], ARGV[i]) == ARGV[2] then
            redis.call('HDEL', KEYS[3], ARGV[i])
            redis.call('ZREM', KEYS[2], ARGV[i])
          end
        end
        return {'done'}
        """;

    /// <summary>KEYS meta, open files. ARGV id. Answers with the floor.</summary>
    public const string Floor = CheckId + """
        local lowest = redis.call('ZRANGE', KEYS[2], 0, 0)
        return {'done', lowest[1] or string.format('%.0f', tonumber(redis.call('HGET', KEYS[1], 'last') or '0') + 1)}
        """;

    /// <summary>KEYS meta, seat. ARGV id, who wants it, who may have it (empty: nobody).</summary>
    public const string TakeSeat = CheckId + """
        local holder = redis.call('GET', KEYS[2])
        if holder and holder ~= ARGV[2] and (ARGV[3] == '' or holder ~= ARGV[3]) then return {'refused'} end
        redis.call('SET', KEYS[2], ARGV[2])
        return {'done'}
        """;

    /// <summary>KEYS meta, session keys. ARGV id, how many there were, the key. Does nothing when there are others by now.</summary>
    public const string AddSessionKey = CheckId + """
        if redis.call('LLEN', KEYS[2]) ~= tonumber(ARGV[2]) then return {'refused'} end
        redis.call('RPUSH', KEYS[2], ARGV[3])
        return {'done'}
        """;

    /// <summary>KEYS meta, seat. ARGV id, who has it.</summary>
    public const string LeaveSeat = CheckId + """
        if redis.call('GET', KEYS[2]) == ARGV[2] then redis.call('DEL', KEYS[2]) end
        return {'done'}
        """;

    /// <summary>KEYS meta, note. ARGV id, writer, which of the writer's notes it is, the note, milliseconds to keep it. An older note of the same writer is late: it is dropped.</summary>
    public const string Post = CheckId + """
        local last = redis.call('HMGET', KEYS[2], 'writer', 'count')
        if last[1] == ARGV[2] and tonumber(last[2]) > tonumber(ARGV[3]) then return {'done'} end
        redis.call('HSET', KEYS[2], 'writer', ARGV[2], 'count', ARGV[3], 'note', ARGV[4])
        redis.call('PEXPIRE', KEYS[2], ARGV[5])
        return {'done'}
        """;

    /// <summary>KEYS processes. ARGV the process, milliseconds after which it counts as ended. Checks no id: a living process shows itself also on a server that was emptied.</summary>
    public const string Beat = Now + """
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - tonumber(ARGV[2])))
        redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
        return {'done'}
        """;

    /// <summary>KEYS processes. ARGV the process that asks, milliseconds after which one counts as ended. Answers with the others and their last beats in turn.</summary>
    public const string Others = Now + """
        local answer = {'done'}
        local found = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now - tonumber(ARGV[2])), '+inf', 'WITHSCORES')
        for i = 1, #found, 2 do
          if found[i] ~= ARGV[1] then
            answer[#answer + 1] = found[i]
            answer[#answer + 1] = found[i + 1]
          end
        end
        return answer
        """;

    /// <summary>
    /// KEYS meta, new meta, processes. ARGV the mark of the rebuild, the id the states have when it is done, format, shards, the process, milliseconds after which one
    /// counts as ended. The mark takes the place of the id: whatever works with the states is refused from here on, an earlier rebuild too.
    /// </summary>
    public const string BeginRebuild = Now + NobodyElse + """
        if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('HSET', KEYS[1], 'format', ARGV[3], 'shards', ARGV[4]) end
        redis.call('HSET', KEYS[1], 'id', ARGV[1], 'kept', ARGV[2])
        redis.call('DEL', KEYS[2])
        redis.call('HSET', KEYS[2], 'id', ARGV[1])
        return {'done'}
        """;

    /// <summary>KEYS new meta. ARGV the mark, a number. Landing files get numbers above it once the new states are in use.</summary>
    public const string PassNumber = CheckId + """
        if tonumber(redis.call('HGET', KEYS[1], 'last') or '0') < tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], 'last', ARGV[2]) end
        return {'done'}
        """;

    /// <summary>
    /// KEYS meta, new meta, processes, names, new names, then fence, new fence, states, new states of each shard. ARGV the mark, three unused, the process, milliseconds
    /// after which one counts as ended. Epochs and versions rise above those of both, so that no writer of the former states gets in.
    /// </summary>
    public const string ReplaceStates = CheckId + Now + NobodyElse + """
        local function put(new, old)
          redis.call('UNLINK', old)
          if redis.call('EXISTS', new) == 1 then redis.call('RENAME', new, old) end
        end
        for i = 6, #KEYS, 4 do
          local was = redis.call('HMGET', KEYS[i], 'epoch', 'version')
          local made = redis.call('HMGET', KEYS[i + 1], 'epoch', 'version')
          local epoch = math.max(tonumber(was[1] or '0') + 1, tonumber(made[1] or '0') + 1, time[1] * 1000000 + time[2])
          local version = tonumber(was[2] or '0') + tonumber(made[2] or '0') + 1
          redis.call('HSET', KEYS[i], 'epoch', string.format('%.0f', epoch), 'version', string.format('%.0f', version))
          redis.call('UNLINK', KEYS[i + 1])
          put(KEYS[i + 3], KEYS[i + 2])
        end
        put(KEYS[5], KEYS[4])
        local last = tonumber(redis.call('HGET', KEYS[2], 'last') or '0')
        if tonumber(redis.call('HGET', KEYS[1], 'last') or '0') < last then redis.call('HSET', KEYS[1], 'last', string.format('%.0f', last)) end
        redis.call('DEL', KEYS[2])
        return {'done'}
        """;

    /// <summary>KEYS meta. ARGV the mark. The states have their id again.</summary>
    public const string EndRebuild = CheckId + """
        redis.call('HSET', KEYS[1], 'id', redis.call('HGET', KEYS[1], 'kept'))
        redis.call('HDEL', KEYS[1], 'kept')
        return {'done'}
        """;

    private const string Now = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)

        """;

    private const string NobodyElse = """
        for _, other in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. string.format('%.0f', now - tonumber(ARGV[6])), '+inf')) do
          if other ~= ARGV[5] then return {'living', other} end
        end

        """;

    private const string CheckId = """
        if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return {'id'} end

        """;
}
