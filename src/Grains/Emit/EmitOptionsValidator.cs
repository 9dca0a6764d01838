using Microsoft.Extensions.Options;

namespace CustomerTrack.Emit;

[OptionsValidator]
internal sealed partial class EmitOptionsValidator : IValidateOptions<EmitOptions>;
