using Microsoft.Extensions.Options;

namespace CustomerTrack.Storage;

[OptionsValidator]
internal sealed partial class StateOptionsValidator : IValidateOptions<StateOptions>;
